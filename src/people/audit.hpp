#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "async/task.hpp"
#include "base/clock.hpp"
#include "people/principal.hpp"
#include "store/readers.hpp"
#include "store/sqlite.hpp"

/// The record of what people with power did. Rows are only ever added.
namespace shopcast::people {

/// What somebody did. Never a secret in it.
struct Deed {
    Actor by;
    std::string action;               ///< "channel.create"
    std::string target;               ///< "channel/studio-1"
    std::optional<std::string> shop;  ///< Whose hosts may read it; none: the server's alone.
    std::vector<std::pair<std::string, std::string>> detail;
};

/// Runs on the writer's thread, in the transaction of the change itself: either both are durable or
/// neither is.
Result<void> record(store::Database& database, const Deed& deed, WallTime at);

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
