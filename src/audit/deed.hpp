#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "audit/actor.hpp"
#include "base/clock.hpp"
#include "store/sqlite.hpp"

/// The record of what people with power did. Rows are only ever added, and go when they are old
/// (audit/retention.hpp).
namespace shopcast::audit {

/// What somebody did: an argument of every change that is to be answered for, which rides in the
/// change's own transaction. Never a secret in it.
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

}  // namespace shopcast::audit
