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
/// What the log's file keeps once it begins anew, after a reader that took its time has let it
/// grow: the rest of the file is given back.
constexpr std::size_t wal_bytes_kept = 16 * MiB;
/// Read-only connections, a thread each: one for what anybody may look at, one for accounts' own.
constexpr std::size_t reader_threads = 2;
/// Reads of either kind that may wait; at 0.2 ms each this is 0.4 s. Full: Busy.
constexpr std::size_t reader_queue_max = 2048;
/// Those of one address or account. A carrier's address is hundreds of phones, and most of
/// what they look at is rendered already. More: Busy for that one.
constexpr std::size_t reader_queue_of_one_max = 256;
/// What closures may take of the writer's time while orders wait. Then the orders come first again.
constexpr auto writer_turn = 4ms;
/// Rows that a sweep takes away at once: ~10 us each with what stands in indexes, so that a piece
/// stays far below the writer's 2 ms. More: in the next piece.
constexpr std::size_t retention_rows_at_once = 64;
/// How far a clock that is set while the server runs is believed when it is about what has had its
/// time. More: as if only so much had passed, until the next start.
constexpr auto clock_step_believed = std::chrono::hours(24);

}  // namespace shopcast::limits
