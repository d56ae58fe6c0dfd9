#pragma once

#include <string>

#include "async/task.hpp"
#include "people/context.hpp"
#include "people/one_time_links.hpp"
#include "people/sign_in.hpp"

namespace shopcast::people {

/// Changing and resetting passwords. Each ends sessions and tells the owner by mail where possible.
class Passwords {
public:
    explicit Passwords(Context& context) : context_(context) {}

    /// Before something that a session which was left open must not do. Errors: InvalidCredentials
    /// (field password), TooManyAttempts, NotFound, Busy.
    async::Task<Answer<void>> confirm(async::Loop& loop, AccountId id, std::string password);

    /// Ends all sessions and begins a new one for this browser. Errors: InvalidCredentials (field
    /// current_password), InvalidInput (field new_password), TooManyAttempts, Busy.
    async::Task<Answer<SignedIn>> change(async::Loop& loop, AccountId id,
                                         std::string current_password, std::string new_password,
                                         Visit visit);

    /// Queues a mail with a link where there is such an account with a verified address; the answer
    /// is the same, and comes as quickly, where there is none. Errors: TooManyAttempts (by address
    /// alone), Busy.
    async::Task<Answer<void>> request_reset(async::Loop& loop, std::string login_or_email,
                                            std::string address);
    /// For an operator to hand over: reset#<token>, good for an hour, once.
    /// Errors: NotFound, Busy.
    async::Task<Answer<NewLink>> make_reset_link(async::Loop& loop, AccountId id, Actor by);
    /// Ends all sessions. The second step stays on. Errors: LinkInvalid, InvalidInput (field
    /// new_password; the link is not used up), TooManyAttempts, Busy.
    async::Task<Answer<void>> confirm_reset(async::Loop& loop, std::string token,
                                            std::string new_password, std::string address);

private:
    Context& context_;
};

/// That the account's owner is there. `field` is the input to blame. Throttled like signing
/// in, but apart from it.
/// Errors: InvalidCredentials, TooManyAttempts, NotFound, Busy.
async::Task<Answer<void>> confirm_password(Context& context, async::Loop& loop, AccountId id,
                                           std::string password, std::string_view field);

}  // namespace shopcast::people
