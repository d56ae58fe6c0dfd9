#include "people/retention.hpp"

#include "people/account_changes.hpp"
#include "people/limits.hpp"

namespace shopcast::people {
namespace {

using store::Database;
using store::Removed;
using store::Retention;
using store::Statement;

static_assert(limits::account_first_day == std::chrono::milliseconds(86'400'000));  // in SQL

Retention links() {
    return store::older_rows(
        "links",
        "DELETE FROM one_time_link WHERE hash IN (SELECT hash FROM one_time_link"
        " WHERE expires_at_ms <= ?1 LIMIT ?2)",
        Milliseconds(0));
}

Retention places() {
    return store::older_rows("known places",
                             "DELETE FROM known_place WHERE hash IN (SELECT hash FROM known_place"
                             " WHERE last_used_at_ms < ?1 LIMIT ?2)",
                             limits::known_place_lasts);
}

Retention deleted_accounts() {
    return {.what = "deleted accounts",
            .step = [](Database& database, WallTime now) -> Result<Removed> {
                const WallTime than = now - limits::deleted_login_kept_for;
                TRY_VOID(store::remove_older(
                    database,
                    "UPDATE role_grant SET granted_by = NULL WHERE granted_by IN (SELECT id FROM"
                    " account WHERE deleted_at_ms < ?1 ORDER BY deleted_at_ms, id LIMIT ?2)",
                    than));
                return store::remove_older(
                    database,
                    "DELETE FROM account WHERE id IN (SELECT id FROM account"
                    " WHERE deleted_at_ms < ?1 ORDER BY deleted_at_ms, id LIMIT ?2)",
                    than);
            }};
}

/// Goes through them from the oldest on: those that stay must not stand in the way of others.
class UnusedAccounts {
public:
    UnusedAccounts(Settings settings, Milliseconds kept)
        : settings_(std::move(settings)), kept_(kept) {}

    Result<Removed> operator()(Database& database, WallTime now) {
        Removed removed;
        const std::vector<Seen> candidates = TRY(look(database, now));
        for (const Seen& each : candidates) {
            if (TRY(is_needed(database, each.id))) continue;
            TRY_VOID(erase(database, each.id, now));
            ++removed.count;
        }
        removed.more = candidates.size() >= at_once;
        after_ = removed.more ? candidates.back() : Seen();
        return removed;
    }

private:
    struct Seen {
        std::int64_t created_at_ms = 0;
        AccountId id;
    };
    /// An account has rows in six tables.
    static constexpr std::size_t at_once = limits::retention_rows_at_once / 4;

    Result<std::vector<Seen>> look(Database& database, WallTime now) const {
        Statement query = TRY(database.prepare(
            "SELECT created_at_ms, id FROM account WHERE deleted_at_ms IS NULL AND disabled = 0"
            " AND COALESCE(last_seen_at_ms, 0) < created_at_ms + 86400000"
            " AND created_at_ms < ? AND (created_at_ms, id) > (?, ?)"
            " ORDER BY created_at_ms, id LIMIT ?"));
        query.bind(to_unix_ms(now - kept_)).bind(after_.created_at_ms).bind(after_.id.value);
        query.bind(static_cast<std::int64_t>(at_once));
        std::vector<Seen> found;
        while (TRY(query.step())) {
            found.push_back({query.integer(0), AccountId(std::string(query.text(1)))});
        }
        return found;
    }
    Result<bool> is_needed(Database& database, const AccountId& id) const {
        Statement query = TRY(database.prepare(
            "SELECT EXISTS(SELECT 1 FROM session WHERE account = ?1)"
            " OR EXISTS(SELECT 1 FROM api_token WHERE account = ?1)"
            " OR EXISTS(SELECT 1 FROM role_grant WHERE account = ?1 OR granted_by = ?1)"));
        TRY_VOID(query.bind(id.value).step());
        if (query.integer(0) != 0) return true;
        return settings_.is_needed ? settings_.is_needed(database, id) : false;
    }
    Result<void> erase(Database& database, const AccountId& id, WallTime now) const {
        TRY_VOID(erase_person(database, id, now));
        if (settings_.erase_along) TRY_VOID(settings_.erase_along(database, id));
        // Nobody knows it by its login.
        Statement remove = TRY(database.prepare("DELETE FROM account WHERE id = ?"));
        return remove.bind(id.value).run();
    }

    const Settings settings_;
    const Milliseconds kept_;
    Seen after_;
};

}  // namespace

std::vector<Retention> retentions(const Settings& settings, Milliseconds unused_kept) {
    std::vector<Retention> all;
    all.push_back(links());
    all.push_back(places());
    all.push_back(deleted_accounts());
    all.push_back({.what = "unused accounts", .step = UnusedAccounts(settings, unused_kept)});
    return all;
}

}  // namespace shopcast::people
