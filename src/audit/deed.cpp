#include "audit/deed.hpp"

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

}  // namespace

Result<void> record(store::Database& database, const Deed& deed, WallTime at) {
    store::Statement insert = TRY(
        database.prepare("INSERT INTO audit(at_ms, actor, action, target, shop, address, detail)"
                         " VALUES (?, ?, ?, ?, ?, ?, ?)"));
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
    return {};
}

}  // namespace shopcast::audit
