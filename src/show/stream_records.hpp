#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "media/live/live_stream.hpp"
#include "show/limits.hpp"
#include "show/stream_history.hpp"
#include "store/sqlite.hpp"
#include "store/sweeper.hpp"

/// The history of streams in the database, and how far the live ones have come. The functions that
/// write run on the writer thread.
namespace shopcast::show {

/// Beyond limits::streams_of_channel_max the channel's oldest goes.
Result<void> insert_stream(store::Database& database, const media::LiveStreamSettings& stream);
/// Streams that began more than `keep` ago and have ended.
store::Retention old_streams(Milliseconds keep);
/// `at` is when that was: a stream that was alive shortly before a restart goes on after it.
Result<void> save_position(store::Database& database, const std::string& id,
                           const media::StreamPosition& position, WallTime at);
Result<void> end_stream(store::Database& database, const std::string& id, WallTime at,
                        const std::string& reason);

/// What is remembered of it beside its media; the samples are not.
Result<void> save_facts(store::Database& database, const std::string& id, const StreamFacts& facts);

/// A stream that sent media, as the database knows it.
struct StreamRecord {
    std::string id;
    std::string channel;
    std::string channel_title;
    std::string shop;
    WallTime started_at{};
    std::optional<WallTime> ended_at;
    std::string end_reason;  ///< in words; empty while it is live
    std::size_t viewers_peak = 0;
    std::string encoder;
    std::string address;
    std::string last_error;
};
/// A place in the list: behind the stream that has these.
struct StreamPlace {
    std::int64_t started_at_ms = 0;
    std::string id;
};
struct StreamFilter {
    std::optional<std::vector<std::string>> shops;  ///< of these alone
    std::optional<std::string> channel;
    std::optional<bool> live;
    std::vector<std::string> over;  ///< have ended, though their rows may not say so yet
    std::optional<StreamPlace> behind;
    std::size_t count_max = 50;
};
/// Newest first.
Result<std::vector<StreamRecord>> list_streams(store::Database& database,
                                               const StreamFilter& filter);
Result<std::optional<StreamRecord>> find_stream(store::Database& database, const std::string& id);

/// Settles what the last process left: streams that were alive within
/// limits::stream_resumed_within of `now` are returned with where they go on, behind everything
/// that may have been served; the others are given an end. Runs before anything is served, and is
/// durable when it returns. The packager's settings are left to the caller.
Result<std::vector<media::LiveStreamSettings>> take_over_streams(store::Database& database,
                                                                 WallTime now);

}  // namespace shopcast::show
