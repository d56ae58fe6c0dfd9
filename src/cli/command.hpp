#pragma once

#include <CLI/CLI.hpp>
#include <boost/json/object.hpp>

#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"

/// The command line: one file a subject, each adding its commands and saying what runs when one is
/// chosen.
namespace shopcast::cli {

/// What the chosen command does; gives the process's exit status.
using Chosen = std::function<int()>;

void add_serve(CLI::App& app, Chosen& chosen);
void add_channel(CLI::App& app, Chosen& chosen);
void add_account(CLI::App& app, Chosen& chosen);
void add_shop(CLI::App& app, Chosen& chosen);
/// For the server alone, which starts this program once more.
void add_decode(CLI::App& app, Chosen& chosen);

/// Says why on standard error; gives exit status 1.
int complain(const Error& error);

/// Which server is asked, and how its answer is printed.
struct Asking {
    std::string data_folder;
    bool as_json = false;

    /// Adds --data and --json to `command`.
    void add_options(CLI::App& command);
    /// Asks the running server: POST with a body, else GET. Gives its JSON answer or the problem's
    /// own words.
    Result<boost::json::object> ask(std::string_view target,
                                    const boost::json::object* body = nullptr) const;
};

/// The text member `key`. REQUIRES: it is there.
std::string text_at(const boost::json::object& object, std::string_view key);
int print_json(const boost::json::object& object);

}  // namespace shopcast::cli
