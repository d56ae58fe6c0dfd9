#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "async/task.hpp"
#include "base/mutex.hpp"
#include "people/context.hpp"
#include "people/limits.hpp"

namespace shopcast::people {

/// Two-step sign-in: turning it on and off, and the check itself.
class TwoStep {
public:
    explicit TwoStep(Context& context) : context_(context) {}

    struct Offer {
        std::string secret;  ///< base32, for typing
        std::string otpauth_url;
    };
    /// A secret for the app, pending for limits::totp_pending_for, in memory: nothing changes until
    /// confirm(). Errors: InvalidCredentials (field password), TwoStepState (on already),
    /// TooManyAttempts, Busy.
    async::Task<Answer<Offer>> begin(async::Loop& loop, AccountId id, std::string password);
    /// Turns it on when the app shows the right code; gives the recovery codes, shown once.
    /// Errors: InvalidCode (field code), TwoStepState (nothing is pending), TooManyAttempts, Busy.
    async::Task<Answer<std::vector<std::string>>> confirm(async::Loop& loop, AccountId id,
                                                          std::string code, Actor by);
    /// Errors: InvalidCredentials (field password), InvalidCode (field code), TwoStepState,
    /// TooManyAttempts, Busy.
    async::Task<Answer<void>> disable(async::Loop& loop, AccountId id, std::string password,
                                      std::string code, Actor by);

    /// On the writer's thread: accepts a code or recovery code, and makes sure that it is never
    /// accepted again. Gives whether it was right; true when two-step sign-in is off.
    static Result<bool> use_code(store::Database& database, const AccountId& id,
                                 std::string_view code, WallTime now);

private:
    struct Pending {
        ByteVector secret;
        SteadyTime since;
    };
    void keep_pending(const AccountId& id, const ByteVector& secret);
    /// Empty: nothing is pending.
    ByteVector pending_secret(const AccountId& id);

    Context& context_;

    Mutex mutex_;
    std::map<AccountId, Pending> pending_ GUARDED_BY(mutex_);
};

}  // namespace shopcast::people
