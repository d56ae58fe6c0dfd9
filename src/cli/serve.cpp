#include <fmt/core.h>

#include <filesystem>
#include <memory>
#include <optional>

#include "cli/command.hpp"
#include "people/setup.hpp"
#include "server.hpp"
#include "store/sqlite.hpp"

namespace shopcast::cli {
namespace {

struct ServeArguments {
    std::string config_file;
    std::string data_folder;
    std::string http_listen;
    std::string rtmp_listen;
    std::optional<std::int64_t> io_threads;
    bool self_check = false;
};

Result<ServerSettings> configure(const ServeArguments& arguments) {
    ServerSettings settings;
    const settings::Table table = table_of(settings);
    if (!arguments.config_file.empty()) {
        TRY_VOID(table.apply_file(arguments.config_file));
    } else if (std::filesystem::exists("shopcast.toml")) {
        TRY_VOID(table.apply_file("shopcast.toml"));
    }
    if (!arguments.data_folder.empty()) settings.data_folder = arguments.data_folder;
    if (!arguments.http_listen.empty()) settings.http.listen = arguments.http_listen;
    if (!arguments.rtmp_listen.empty()) settings.rtmp.listen = arguments.rtmp_listen;
    if (arguments.io_threads) settings.io_threads = *arguments.io_threads;
    return settings;
}

/// A data folder that no server has run on, or that an older one left, has no admin.
bool needs_admin(const ServerSettings& settings) {
    const auto path = std::filesystem::path(settings.data_folder) / "shopcast.db";
    if (!std::filesystem::exists(path)) return true;
    auto database = store::Database::open(path.string(), store::Database::Mode::ReadOnly);
    if (!database) return true;
    return people::Setup::is_needed(*database).value_or(true);
}

/// Exit status 1 where there is something to mend.
int run_self_check(const ServerSettings& settings) {
    if (const auto checked = check(settings); !checked) return complain(checked.error());
    const auto findings = self_check(settings, needs_admin(settings));
    for (const settings::Finding& finding : findings) {
        fmt::print("{:<6} {}: {}\n       {}\n", settings::to_string(finding.severity), finding.code,
                   finding.message, finding.advice);
    }
    if (findings.empty()) fmt::print("No insecure settings.\n");
    return findings.empty() ? 0 : 1;
}

int run_serve(const ServeArguments& arguments) {
    const auto settings = configure(arguments);
    if (!settings) return complain(settings.error());
    if (arguments.self_check) return run_self_check(*settings);
    const Result<void> served = serve(*settings);
    return served ? 0 : complain(served.error());
}

}  // namespace

void add_serve(CLI::App& app, Chosen& chosen) {
    const auto arguments = std::make_shared<ServeArguments>();
    CLI::App* serve = app.add_subcommand("serve", "Run the server until SIGINT or SIGTERM");
    serve->add_option("--config", arguments->config_file,
                      "shopcast.toml to read (default: ./shopcast.toml where there is one)");
    serve->add_option("--data", arguments->data_folder, "Data folder (default ./shopcast-data)");
    serve->add_option("--http", arguments->http_listen,
                      "Address of pages, API and video (default 127.0.0.1:8080)");
    serve->add_option("--rtmp", arguments->rtmp_listen,
                      "Address that encoders publish to (default 127.0.0.1:1935)");
    serve->add_option("--threads", arguments->io_threads,
                      "Network threads (default: one for each processor)");
    serve->add_flag("--self-check", arguments->self_check,
                    "List insecure settings instead; exit status 1 where there are some");
    serve->callback(
        [arguments, &chosen] { chosen = [arguments] { return run_serve(*arguments); }; });
}

}  // namespace shopcast::cli
