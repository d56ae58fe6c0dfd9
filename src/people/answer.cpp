#include "people/answer.hpp"

namespace shopcast::people {
namespace {

Reason reason_of(Errc code) {
    switch (code) {
        case Errc::Busy: return Reason::Busy;
        case Errc::NotFound: return Reason::NotFound;
        default: return Reason::Failed;
    }
}

/// The kind of Error that a reason is, for logs and for code that knows Result alone.
Errc errc_of(Reason reason) {
    switch (reason) {
        case Reason::InvalidInput: return Errc::Malformed;
        case Reason::LoginTaken:
        case Reason::LastAdmin:
        case Reason::SetupDone:
        case Reason::TwoStepState: return Errc::Conflict;
        case Reason::InvalidCredentials:
        case Reason::CodeRequired:
        case Reason::InvalidCode:
        case Reason::LinkInvalid:
        case Reason::SignUpClosed: return Errc::Unauthorized;
        case Reason::NotFound: return Errc::NotFound;
        case Reason::TooMany: return Errc::TooLarge;
        case Reason::TooManyAttempts:
        case Reason::MailUnavailable:
        case Reason::Busy: return Errc::Busy;
        case Reason::Failed: return Errc::Internal;
    }
    return Errc::Internal;
}

}  // namespace

Refusal::Refusal(Reason why, std::string message, std::string_view which_field, Milliseconds wait)
    : reason(why), error{errc_of(why), std::move(message)}, field(which_field), retry_after(wait) {}

Refusal::Refusal(Error cause) : reason(reason_of(cause.code)), error(std::move(cause)) {
    if (reason == Reason::Busy) retry_after = std::chrono::seconds(1);
}

std::string code_of(const Refusal& refusal) {
    switch (refusal.reason) {
        case Reason::InvalidInput: return "invalid_" + std::string(refusal.field);
        case Reason::LoginTaken: return "login_taken";
        case Reason::InvalidCredentials: return "invalid_credentials";
        case Reason::CodeRequired: return "code_required";
        case Reason::InvalidCode: return "invalid_code";
        case Reason::TooManyAttempts: return "too_many_attempts";
        case Reason::LinkInvalid: return "link_invalid";
        case Reason::LastAdmin: return "last_admin";
        case Reason::NotFound: return "not_found";
        case Reason::SetupDone: return "setup_done";
        case Reason::SignUpClosed: return "sign_up_closed";
        case Reason::TwoStepState: return "two_step_state";
        case Reason::TooMany: return "too_many";
        case Reason::MailUnavailable: return "mail_unavailable";
        case Reason::Busy: return "busy";
        case Reason::Failed: return "internal";
    }
    return "internal";
}

}  // namespace shopcast::people
