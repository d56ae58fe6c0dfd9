#pragma once

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "media/live_stream.hpp"
#include "store/sqlite.hpp"

/// The history of streams in the database, and how far the live ones have come. The functions that
/// write run on the writer thread.
namespace shopcast::show {

Result<void> insert_stream(store::Database& database, const media::LiveStreamSettings& stream);
/// `at` is when that was: a stream that was alive shortly before a restart goes on after it.
Result<void> save_position(store::Database& database, const std::string& id,
                           const media::StreamPosition& position, WallTime at);
Result<void> end_stream(store::Database& database, const std::string& id, WallTime at,
                        const std::string& reason);

/// Settles what the last process left: streams that were alive within
/// limits::stream_resumed_within of `now` are returned with where they go on, behind everything
/// that may have been served; the others are given an end. Runs before anything is served, and is
/// durable when it returns. The packager's settings are left to the caller.
Result<std::vector<media::LiveStreamSettings>> take_over_streams(store::Database& database,
                                                                 WallTime now);

}  // namespace shopcast::show
