#include "people/audit_log.hpp"

#include <algorithm>
#include <limits>

#include "people/limits.hpp"

namespace shopcast::people {
namespace {

AuditEntry entry_in(const store::Statement& row) {
    AuditEntry entry{.seq = row.integer(0),
                     .at = WallTime(Milliseconds(row.integer(1))),
                     .actor_login = std::string(row.text(3)),
                     .action = std::string(row.text(4)),
                     .target = std::string(row.text(5)),
                     .address = std::string(row.text(7)),
                     .detail = std::string(row.text(8))};
    if (!row.is_null(2)) entry.actor = AccountId(std::string(row.text(2)));
    if (!row.is_null(6)) entry.shop = std::string(row.text(6));
    return entry;
}

}  // namespace

Result<AuditPage> list_audit(store::Database& database, const AuditFilter& filter) {
    std::string sql =
        "SELECT seq, at_ms, actor, login, action, target, shop, address, detail FROM audit"
        " LEFT JOIN account ON account.id = actor WHERE seq < ?";
    const bool whole_family = filter.action.ends_with('.');
    if (!filter.actor.empty()) sql += " AND actor = (SELECT id FROM account WHERE login = ?)";
    // '/' follows '.' in ASCII: everything that begins with "channel." lies in between.
    if (!filter.action.empty())
        sql += whole_family ? " AND action >= ? AND action < ?" : " AND action = ?";
    if (filter.shops) {
        std::string places;
        for (std::size_t i = 0; i < filter.shops->size(); ++i) places += i == 0 ? "?" : ", ?";
        sql += " AND shop IN (" + places + ")";
    }
    sql += " ORDER BY seq DESC LIMIT ?";

    store::Statement query = TRY(database.prepare(sql));
    query.bind(filter.before.value_or(std::numeric_limits<std::int64_t>::max()));
    if (!filter.actor.empty()) query.bind(filter.actor);
    if (!filter.action.empty()) query.bind(filter.action);
    if (whole_family) {
        std::string end = filter.action;
        end.back() = '/';
        query.bind(end);
    }
    if (filter.shops) {
        for (const std::string& shop : *filter.shops) query.bind(shop);
    }
    query.bind(std::int64_t{filter.limit} + 1);

    AuditPage page;
    while (TRY(query.step())) page.entries.push_back(entry_in(query));
    if (page.entries.size() > static_cast<std::size_t>(filter.limit)) {
        page.entries.pop_back();
        page.next = page.entries.back().seq;
    }
    return page;
}

async::Task<Answer<AuditPage>> list_audit(async::Loop& loop, store::Readers& readers,
                                          AuditFilter filter) {
    filter.limit = std::clamp(filter.limit, 1, limits::list_page_max);
    const auto work = [filter](store::Database& database) { return list_audit(database, filter); };
    CO_TRY(AuditPage page, co_await readers.read<AuditPage>(loop, store::ReadFor::server(), work));
    co_return page;
}

}  // namespace shopcast::people
