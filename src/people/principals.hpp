#pragma once

#include <memory>
#include <unordered_map>

#include "base/mutex.hpp"
#include "people/principal.hpp"
#include "store/sqlite.hpp"

namespace shopcast::people {

/// The accounts that have a session or an API token, in memory, so that a request needs no
/// database. Any thread; the values are immutable. Changes come from the writer's thread after
/// their commit, so they take effect in the order in which they were made durable.
class Principals {
public:
    /// With `staff_totp_required` the roles of people without two-step sign-in are asleep.
    explicit Principals(bool staff_totp_required) : staff_totp_required_(staff_totp_required) {}

    /// How requests of this account are to be judged, as `database` has it; nullptr: not at all
    /// (disabled or deleted).
    Result<std::shared_ptr<const Principal>> read(store::Database& database,
                                                  const AccountId& id) const;

    /// Nullptr: nobody holds it, or the account is disabled.
    std::shared_ptr<const Principal> find(const AccountId& id) const;

    /// A session or token of this account has come; `principal` is how it is now (nullptr:
    /// disabled).
    void hold(const AccountId& id, std::shared_ptr<const Principal> principal);
    /// One has gone.
    void release(const AccountId& id);
    /// The account has changed; ignored when nobody holds it.
    void put(const AccountId& id, std::shared_ptr<const Principal> principal);

private:
    struct Entry {
        std::shared_ptr<const Principal> principal;
        std::size_t holders = 0;
    };
    const bool staff_totp_required_;

    mutable Mutex mutex_;
    std::unordered_map<AccountId, Entry, IdHash> entries_ GUARDED_BY(mutex_);
};

}  // namespace shopcast::people
