#include "audit/deed.hpp"

#include "audit/limits.hpp"
#include "base/log.hpp"

namespace shopcast::audit {
namespace {

std::string json_object(const std::vector<std::pair<std::string, std::string>>& members) {
    std::string json = "{";
    for (const auto& [name, value] : members) {
        if (json.size() > 1) json += ',';
        json += log::json_quoted(name) + ":" + log::json_quoted(value);
    }
    return json + "}";
}

/// Whoever does more than his share pushes out what he did himself.
Result<void> keep_share(store::Database& database, const AccountId& actor) {
    store::Statement remove =
        TRY(database.prepare("DELETE FROM audit WHERE seq IN (SELECT seq FROM audit WHERE actor = ?"
                             " ORDER BY seq DESC LIMIT ? OFFSET ?)"));
    remove.bind(actor.value).bind(2 * limits::audit_share_looked_at_every);
    return remove.bind(limits::audit_entries_of_one_max).run();
}

}  // namespace

Result<void> record(store::Database& database, const Deed& deed, WallTime at) {
    store::Statement insert = TRY(
        database.prepare("INSERT INTO audit(at_ms, actor, action, target, shop, address, detail)"
                         " VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING seq"));
    insert.bind(to_unix_ms(at));
    if (deed.by.account) {
        insert.bind(deed.by.account->value);
    } else {
        insert.bind_null();
    }
    insert.bind(deed.action).bind(deed.target);
    if (deed.shop) {
        insert.bind(*deed.shop);
    } else {
        insert.bind_null();
    }
    insert.bind(deed.by.address).bind(json_object(deed.detail));
    TRY_VOID(insert.step());
    const std::int64_t seq = insert.integer(0);
    if (!deed.by.account || seq % limits::audit_share_looked_at_every != 0) return {};
    return keep_share(database, *deed.by.account);
}

}  // namespace shopcast::audit
