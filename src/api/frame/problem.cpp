#include "api/frame/problem.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.hpp"

namespace shopcast::api {
namespace {

using people::Reason;

int status_of(Errc code) {
    switch (code) {
        case Errc::Malformed:
        case Errc::Config: return 400;
        case Errc::TooLarge: return 413;
        case Errc::Unsupported: return 415;
        case Errc::NotFound: return 404;
        case Errc::Conflict: return 409;
        case Errc::Unauthorized: return 401;
        case Errc::Timeout:
        case Errc::Busy: return 503;
        case Errc::Full: return 507;
        case Errc::Closed:
        case Errc::Io:
        case Errc::Internal: return 500;
    }
    return 500;
}

/// Somebody who is signed in and mistypes the password again is still signed in: 403, not 401.
int status_of(const people::Refusal& refusal) {
    switch (refusal.reason) {
        case Reason::InvalidInput:
        case Reason::LinkInvalid: return 400;
        case Reason::InvalidCredentials:
        case Reason::InvalidCode: return refusal.field.empty() ? 401 : 403;
        case Reason::CodeRequired: return 401;
        case Reason::SignUpClosed: return 403;
        case Reason::NotFound: return 404;
        case Reason::LoginTaken:
        case Reason::LastAdmin:
        case Reason::SetupDone:
        case Reason::TwoStepState:
        case Reason::TooMany:
        case Reason::MailUnavailable: return 409;
        case Reason::TooManyAttempts: return 429;
        case Reason::Busy: return 503;
        case Reason::Failed: return status_of(refusal.error.code);
    }
    return 500;
}

std::string_view help_of(Reason reason) {
    switch (reason) {
        case Reason::InvalidCredentials: return "Check the login and the password, then try again.";
        case Reason::CodeRequired: return "Send the code of the authenticator app as \"code\".";
        case Reason::InvalidCode: return "Wait for the app's next code, or use a recovery code.";
        case Reason::TooManyAttempts: return "Wait as long as Retry-After says.";
        case Reason::LinkInvalid:
            return "Call for a new link; each works once and for a short time.";
        case Reason::LoginTaken: return "Choose another login.";
        case Reason::LastAdmin: return "Make somebody else an admin first.";
        case Reason::Busy: return "Try again in a second.";
        default: return {};
    }
}

/// What broke inside is for the log; a stranger learns that it did.
constexpr std::string_view failed_inside = "The server could not do this.";
constexpr std::string_view help_inside =
    "Try again. If it goes on, the operator finds the reason in the log.";

bool is_inside(int status) {
    return status == 500;
}

}  // namespace

Problem::Problem(int its_status, std::string_view its_code, std::string_view its_detail,
                 std::string_view its_help, std::string_view its_field)
    : status(its_status), code(its_code), detail(its_detail), help(its_help), field(its_field) {}

Problem::Problem(const people::Refusal& refusal)
    : status(status_of(refusal)),
      code(people::code_of(refusal)),
      detail(refusal.error.message),
      help(help_of(refusal.reason)),
      field(refusal.field),
      retry_after(refusal.retry_after),
      account(refusal.account) {
    if (refusal.reason == Reason::Busy) retry_after = std::chrono::seconds(1);
    if (!is_inside(status)) return;
    log::error("api.failed", {{"reason", refusal.error.message}});
    detail = failed_inside;
    help = help_inside;
}

Problem::Problem(const Error& error)
    : status(status_of(error.code)), code(to_string(error.code)), detail(error.message) {
    if (error.code == Errc::Busy) retry_after = std::chrono::seconds(1);
    if (!is_inside(status)) return;
    log::error("api.failed", {{"reason", error.message}});
    detail = failed_inside;
    help = help_inside;
}

http::Response to_response(const Problem& problem) {
    http::Response response = http::Response::problem(problem.status, problem.code, problem.detail,
                                                      problem.help, problem.field, problem.more);
    if (problem.retry_after > Milliseconds{0}) {
        const auto seconds = std::chrono::ceil<std::chrono::seconds>(problem.retry_after);
        response.header("Retry-After", fmt::format("{}", seconds.count()));
    }
    return response;
}

Problem channel_not_found(std::string_view name) {
    return {404, "channel_not_found", "There is no channel named \"" + std::string(name) + "\".",
            "GET /api/v1/channels lists the channels."};
}

Problem not_found(std::string_view kind, std::string_view name) {
    return {404, fmt::format("{}_not_found", kind),
            fmt::format("There is no {} \"{}\".", kind, name)};
}

Checked<void> require(people::Decision decision, const Problem& missing) {
    switch (decision) {
        case people::Decision::Allowed: return {};
        case people::Decision::SignInRequired:
            return problem(401, "sign_in_required", "This needs somebody who is signed in.",
                           "Sign in, or send an API token.");
        case people::Decision::Forbidden:
            return problem(403, "forbidden",
                           "Your role, or your token's scope, does not allow this.",
                           "Call an admin of this server for the role.");
        case people::Decision::NotFound: {
            Problem hidden = missing;
            hidden.is_hidden = true;
            return std::unexpected(std::move(hidden));
        }
    }
    return problem(403, "forbidden", "This is not allowed.");
}

}  // namespace shopcast::api
