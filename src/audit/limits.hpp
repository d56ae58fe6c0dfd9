#pragma once

#include <cstddef>
#include <cstdint>

namespace shopcast::limits {

/// Entries of the record of who did what, ~250 bytes each with their indexes: 1.3 GB. More: the
/// oldest go before their time.
constexpr std::int64_t audit_entries_max = 5'000'000;
/// Those of one account, so that none pushes out what the others did: a thousand a week for a
/// year. More: its own oldest go.
constexpr std::int64_t audit_entries_of_one_max = 50'000;
/// An account's share is looked at with every so manieth entry, whosever it is: counting takes a
/// millisecond.
constexpr std::int64_t audit_share_looked_at_every = 64;
static_assert(audit_entries_of_one_max < audit_entries_max);

}  // namespace shopcast::limits
