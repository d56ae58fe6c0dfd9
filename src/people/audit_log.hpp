#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "async/task.hpp"
#include "audit/actor.hpp"
#include "base/clock.hpp"
#include "people/account.hpp"
#include "people/answer.hpp"
#include "store/readers.hpp"
#include "store/sqlite.hpp"

/// The record of what people with power did (audit/deed.hpp), as they read it.
namespace shopcast::people {

struct AuditEntry {
    std::int64_t seq;
    WallTime at;
    std::optional<AccountId> actor;
    std::string actor_login;  ///< Empty without an actor.
    std::string action;
    std::string target;
    std::optional<std::string> shop;
    std::string address;
    std::string detail;  ///< A JSON object.
};

/// What to list. Texts that are empty select everything.
struct AuditFilter {
    std::string actor;                              ///< A login.
    std::string action;                             ///< "channel.create", or all of "channel.".
    std::optional<std::vector<std::string>> shops;  ///< Only of these shops (a host's reach).
    std::optional<std::int64_t> before;             ///< Only older than this seq (the cursor).
    int limit = 50;
};
struct AuditPage {
    std::vector<AuditEntry> entries;   ///< Newest first.
    std::optional<std::int64_t> next;  ///< The next page's `before`; none at the end.
};
Result<AuditPage> list_audit(store::Database& database, const AuditFilter& filter);
async::Task<Answer<AuditPage>> list_audit(async::Loop& loop, store::Readers& readers,
                                          AuditFilter filter);

}  // namespace shopcast::people
