#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "async/task.hpp"
#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "base/random.hpp"
#include "people/principals.hpp"
#include "people/secret.hpp"
#include "store/writer.hpp"

namespace shopcast::people {

struct ApiToken {
    SecretHash hash;
    std::string id;
    AccountId account;
    std::string name;
    Scopes scopes;
    WallTime created_at;
    std::optional<WallTime> last_used_at;  ///< To about a minute.
    std::string last_used_from;            ///< That address; empty: not known.
    std::optional<WallTime> expires_at;
};

/// Everybody's API tokens, in memory, each change durable before it is visible. Any thread.
class ApiTokens {
public:
    static Result<std::vector<ApiToken>> load(store::Database& database);

    /// `principals` already holds the accounts of `tokens`, as often as they have tokens.
    ApiTokens(std::vector<ApiToken> tokens, Principals& principals, store::Writer& writer,
              Random& random, const Clock& clock);

    /// Who sends this bearer token ("sct_...") from `address`; anonymous when it is unknown,
    /// expired, or of a disabled account.
    Caller find(std::string_view token, std::string_view address);

    /// Newest first.
    std::vector<ApiToken> list(const AccountId& account) const;

    struct Created {
        ApiToken token;
        std::string secret;  ///< "sct_" and 32 base32 characters; shown now and never again.
    };
    /// For somebody who has just confirmed the password: a token outlives a session that was left
    /// open. `lasts_days` 1 to 365, or none for a token without end. Errors: InvalidInput (name,
    /// scopes, expires_in_days), TooMany, Busy.
    async::Task<Answer<Created>> create(async::Loop& loop, AccountId account, std::string name,
                                        Scopes scopes, std::optional<int> lasts_days, Actor by);
    /// Errors: NotFound, also for another account's token; Busy.
    async::Task<Answer<void>> end(async::Loop& loop, AccountId account, std::string id, Actor by);

    /// Once a minute: makes durable when tokens were last used, and removes expired ones.
    async::Task<void> settle(async::Loop& loop);

    // For the other parts of people/, as in Sessions.
    static Result<void> erase(store::Database& database, const AccountId& account);
    void forget(const AccountId& account);

private:
    struct Entry {
        std::shared_ptr<const ApiToken> token;
        std::optional<WallTime> last_used_at;
        std::string last_used_from;
        bool touched = false;
    };
    bool has_room(const Principal& who) const;
    void add(ApiToken token) REQUIRES_LOCK(mutex_);
    void remove(const SecretHash& hash) REQUIRES_LOCK(mutex_);

    // Constant after construction.
    Principals& principals_;
    store::Writer& writer_;
    Random& random_;
    const Clock& clock_;

    mutable Mutex mutex_;
    std::unordered_map<SecretHash, Entry, SecretHashHash> by_hash_ GUARDED_BY(mutex_);
    std::unordered_map<AccountId, std::vector<SecretHash>, IdHash> by_account_ GUARDED_BY(mutex_);
};

}  // namespace shopcast::people
