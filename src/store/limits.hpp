#pragma once

#include "base/limits.hpp"

namespace shopcast::limits {

/// How long a change waits for another program that holds the database (a backup, somebody's
/// shell); then it is refused with Busy, and nothing of it was done.
constexpr auto database_busy_timeout = 5000ms;
/// Parsed statements that a connection keeps; the program has fewer, but for lists with filters.
constexpr std::size_t statements_kept_max = 200;
/// Pieces of work that may wait for the writer; at 10,000 a second this is 0.8 s. Full: Busy.
constexpr std::size_t writer_queue_max = 8192;
/// 4 MiB of write-ahead log (SQLite's own default is 1,000 pages as well).
constexpr int wal_pages_before_checkpoint = 1000;
/// Read-only connections, a thread each: one for what anybody may look at, one for accounts' own.
constexpr std::size_t reader_threads = 2;
/// Reads of either kind that may wait; at 0.2 ms each this is 0.4 s. Full: Busy.
constexpr std::size_t reader_queue_max = 2048;
/// Those of one address or account. A carrier's address is hundreds of phones, and most of
/// what they look at is rendered already. More: Busy for that one.
constexpr std::size_t reader_queue_of_one_max = 256;
/// What closures may take of the writer's time while orders wait. Then the orders come first again.
constexpr auto writer_turn = 4ms;

}  // namespace shopcast::limits
