#pragma once

#include <string>

#include "async/task.hpp"
#include "people/accounts.hpp"
#include "people/context.hpp"
#include "people/two_step.hpp"

namespace shopcast::people {

struct Credentials {
    std::string login;
    std::string password;
    std::string code;  ///< Of the second step, or a recovery code; empty: none given.
};

/// Somebody who has just proved who it is.
struct SignedIn {
    Account account;
    std::string
        token;  ///< For the cookie; a new one each time, so no fixed session can be planted.
    std::string browser{};  ///< For the cookie by which the browser is known.
    Caller caller;
};

/// The front door.
class SignIn {
public:
    SignIn(Context& context, TwoStep& two_step) : context_(context), two_step_(two_step) {}

    /// Every refusal of the first step has the same words and does the same work, whether or not
    /// there is such an account. Errors: InvalidCredentials, CodeRequired, InvalidCode,
    /// TooManyAttempts, Busy.
    async::Task<Answer<SignedIn>> sign_in(async::Loop& loop, Credentials credentials, Visit visit);
    /// A new viewer, signed in. Errors: InvalidInput, LoginTaken, SignUpClosed, TooManyAttempts,
    /// TooMany, Busy.
    async::Task<Answer<SignedIn>> sign_up(async::Loop& loop, NewAccount account, Visit visit);
    /// Ends the session of this cookie; fine when there is none. Errors: Busy.
    async::Task<Answer<void>> sign_out(async::Loop& loop, Caller caller);

private:
    async::Task<Answer<std::string>> home_of(async::Loop& loop, std::string login, Visit visit);
    async::Task<Answer<SignedIn>> attempt(async::Loop& loop, Credentials credentials, Visit visit);

    Context& context_;
    TwoStep& two_step_;
};

}  // namespace shopcast::people
