#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "http/response.hpp"
#include "people/answer.hpp"
#include "people/permissions.hpp"

namespace shopcast::api {

/// Why the API says no. What other modules refuse becomes one by itself, so that TRY and CO_TRY
/// pass it on.
struct Problem {
    int status;
    std::string code;     ///< stable, for programs
    std::string detail;   ///< what happened
    std::string help{};   ///< what to do about it
    std::string field{};  ///< the input to blame
    Milliseconds retry_after{};
    std::string more{};  ///< what a program wants to know beside it: a JSON object, rendered
    // For the log, never for the answer.
    std::string account{};   ///< that was meant, by its id
    bool is_hidden = false;  ///< it is there, and somebody else's

    Problem(int status, std::string_view code, std::string_view detail, std::string_view help = {},
            std::string_view field = {});
    Problem(const people::Refusal& refusal);  // NOLINT(google-explicit-constructor)
    Problem(const Error& error);              // NOLINT(google-explicit-constructor)
};

http::Response to_response(const Problem& problem);

template <typename T>
using Checked = std::expected<T, Problem>;

inline std::unexpected<Problem> problem(int status, std::string_view code, std::string_view detail,
                                        std::string_view help = {}, std::string_view field = {}) {
    return std::unexpected(Problem(status, code, detail, help, field));
}

Problem channel_not_found(std::string_view name);
/// "stream_not_found": for any kind of object but channels. Also when it is somebody else's.
Problem not_found(std::string_view kind, std::string_view name);

/// `missing` is the answer for an object that does not exist; one that the caller may not know of
/// gets the same.
Checked<void> require(people::Decision decision, const Problem& missing);

}  // namespace shopcast::api
