#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "async/task.hpp"
#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "base/random.hpp"
#include "people/limits.hpp"
#include "people/principals.hpp"
#include "people/secret.hpp"
#include "store/writer.hpp"

namespace shopcast::people {

/// How a request came. A session made on one is nothing on the other: what was sent in clear once
/// must not open the encrypted door.
enum class Transport { Plain, Tls };

/// The browser that asks.
struct Visit {
    Transport transport = Transport::Plain;
    std::string address;
    std::string user_agent;  ///< Cut to limits::user_agent_bytes_max when kept.
    std::string browser{};   ///< The token by which it is known (known_places.hpp); never kept.
};

struct Session {
    SecretHash hash;
    std::string id;  ///< What its owner sees; opens nothing.
    AccountId account;
    Visit visit;
    WallTime created_at;
    WallTime last_seen_at;
    WallTime expires_at;  ///< In any case.
};

struct SessionTimes {
    Milliseconds idle;      ///< Unused for so long: ended.
    Milliseconds absolute;  ///< After sign-in: ended.
};

/// Everybody's sessions, in memory, each change durable before it is visible. A session is an
/// opaque token of 256 bits, known here only by its hash. Any thread.
class Sessions {
public:
    static Result<std::vector<Session>> load(store::Database& database);

    /// `principals` already holds the accounts of `sessions`, as often as they have sessions.
    Sessions(std::vector<Session> sessions, SessionTimes times, Principals& principals,
             store::Writer& writer, Random& random, const Clock& clock);

    /// Who sends this token: anonymous when it is unknown, expired, of the other transport, or of a
    /// disabled account. One hash and two look-ups under short locks; never waits.
    Caller find(std::string_view token, Transport transport);

    /// Newest first.
    std::vector<Session> list(const AccountId& account) const;
    std::size_t count() const;

    /// Errors: NotFound (also for another account's session), Busy.
    async::Task<Answer<void>> end(async::Loop& loop, AccountId account, std::string id);
    /// All of the account but `keep` (an id; empty: all).
    async::Task<Answer<void>> end_all(async::Loop& loop, AccountId account, std::string keep);

    /// Once a minute: makes durable when sessions were last seen, and ends expired ones.
    async::Task<void> settle(async::Loop& loop);

    // For the other parts of people/: halves of changes that end or begin sessions together with
    // something else. The first half runs in the writer's transaction, the second after its commit.

    struct Fresh {
        Session session;
        std::string token;                ///< Shown now and never again.
        std::vector<SecretHash> instead;  ///< Sessions that end to make room for it.
    };
    /// A new session. Where limits::sessions_max or sessions_per_account_max are reached, those
    /// idle longest make room.
    Fresh fresh(const AccountId& account, const Visit& visit);
    static Result<void> insert(store::Database& database, const Fresh& fresh);
    void admit(const Fresh& fresh, std::shared_ptr<const Principal> principal);
    static Result<void> erase(store::Database& database, const AccountId& account,
                              std::string_view keep);
    void forget(const AccountId& account, std::string_view keep);

private:
    struct Entry {
        std::shared_ptr<const Session> session;
        WallTime last_seen_at;
        bool touched = false;  ///< Seen since that was made durable; listed in touched_.
    };
    using Map = std::unordered_map<SecretHash, Entry, SecretHashHash>;

    bool is_over(const Entry& entry, WallTime now) const;
    void add(Session session) REQUIRES_LOCK(mutex_);
    void remove(const SecretHash& hash) REQUIRES_LOCK(mutex_);
    std::vector<SecretHash> longest_idle(std::size_t count) REQUIRES_LOCK(mutex_);
    std::vector<SecretHash> room_for(const AccountId& account);
    std::vector<SecretHash> take_expired();
    std::vector<Session> take_touched();

    // Constant after construction.
    const SessionTimes times_;
    Principals& principals_;
    store::Writer& writer_;
    Random& random_;
    const Clock& clock_;

    mutable Mutex mutex_;
    Map by_hash_ GUARDED_BY(mutex_);
    std::unordered_map<AccountId, std::vector<SecretHash>, IdHash> by_account_ GUARDED_BY(mutex_);
    std::vector<SecretHash> touched_ GUARDED_BY(mutex_);
    std::size_t sweep_at_ GUARDED_BY(mutex_) = 0;
};

}  // namespace shopcast::people
