#pragma once

#include "base/clock.hpp"
#include "store/sweeper.hpp"

namespace shopcast::audit {

/// Entries of the record that are older than `keep`, and the oldest beyond
/// limits::audit_entries_max. (Messages of an outbox end by themselves: audit/outbox.)
store::Retention old_entries(Milliseconds keep);

}  // namespace shopcast::audit
