#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace shopcast::people {

/// Why people/ says no. Each has one stable code in the API (code_of).
enum class Reason {
    InvalidInput,        ///< `field` names which; "invalid_<field>".
    LoginTaken,          ///< Also by an account that was deleted.
    InvalidCredentials,  ///< Unknown login, wrong password, disabled account: told in the same way.
    CodeRequired,        ///< The password was right; the second step is missing.
    InvalidCode,         ///< Wrong, expired or used code of the second step.
    TooManyAttempts,     ///< `retry_after` says when it is worth trying again.
    LinkInvalid,         ///< A one-time link that is unknown, used or expired.
    LastAdmin,           ///< Nobody could administer the server afterwards.
    NotFound,            ///< No such account, session, token or grant.
    SetupDone,           ///< There is an admin already.
    SignUpClosed,        ///< accounts.sign_up is off.
    TwoStepState,        ///< Two-step sign-in is on already, or not on, or nothing is pending.
    TooMany,             ///< A named limit of objects is reached.
    MailUnavailable,     ///< No SMTP server is configured, or the outbox is full.
    Busy,                ///< A bounded queue is full; try again in a second.
    Failed,              ///< Disk or program; `error` has the words for the log.
};

/// A refusal as the API answers it. From an Error it becomes Busy, NotFound or Failed.
struct [[nodiscard]] Refusal {
    Reason reason;
    Error error;             ///< Words for the person (Failed: for the log only).
    std::string_view field;  ///< The input to blame, as the API names it; empty: none.
    Milliseconds retry_after{};
    std::string account{};  ///< Whose it was, by its id: for the log, never for the answer.

    Refusal(Reason why, std::string message, std::string_view which_field = {},
            Milliseconds wait = {});
    Refusal(Error cause);  // NOLINT(google-explicit-constructor): TRY passes errors on as refusals
};

template <typename T>
using Answer = std::expected<T, Refusal>;

inline std::unexpected<Refusal> refuse(Reason reason, std::string message,
                                       std::string_view field = {}, Milliseconds wait = {}) {
    return std::unexpected(Refusal(reason, std::move(message), field, wait));
}

/// "invalid_credentials", "invalid_display_name".
std::string code_of(const Refusal& refusal);

}  // namespace shopcast::people
