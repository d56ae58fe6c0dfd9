#include "audit/retention.hpp"

#include "audit/limits.hpp"

namespace shopcast::audit {
namespace {

/// The oldest entries are those with the lowest numbers, so nobody looks further than at those.
Result<store::Removed> remove_oldest(store::Database& database, WallTime than) {
    store::Statement remove = TRY(database.prepare(
        "DELETE FROM audit WHERE seq IN (SELECT seq FROM audit ORDER BY seq LIMIT ?2)"
        " AND (at_ms < ?1 OR seq <= (SELECT MAX(seq) FROM audit) - ?3)"));
    constexpr auto most = static_cast<std::int64_t>(limits::retention_rows_at_once);
    TRY_VOID(remove.bind(to_unix_ms(than)).bind(most).bind(limits::audit_entries_max).run());
    return store::removed_rows(database);
}

}  // namespace

store::Retention old_entries(Milliseconds keep) {
    return {.what = "audit entries", .step = [keep](store::Database& database, WallTime now) {
                return remove_oldest(database, now - keep);
            }};
}

}  // namespace shopcast::audit
