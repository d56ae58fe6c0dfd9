#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "show/limits.hpp"

namespace shopcast::show {

/// How a stream was doing for limits::stream_sample_interval.
struct StreamSample {
    WallTime at{};
    std::uint64_t bitrate_bps = 0;  ///< as it arrived, audio included
    double frame_rate = 0;
    std::uint32_t keyframe_interval_ms = 0;
    std::size_t viewers = 0;
};

/// What went wrong with a channel's encoder, in words for its host.
struct StreamProblem {
    WallTime at{};
    std::string message;
};

/// What is remembered of a stream beside its media.
struct StreamFacts {
    std::string channel;
    std::string encoder;     ///< its own name; of the newest connection
    std::string address;     ///< without the port
    std::string last_error;  ///< in words; empty: none so far
    std::size_t viewers_peak = 0;
    std::deque<StreamSample> samples;  ///< oldest first, limits::stream_samples_max at most
    std::optional<WallTime> ended_at;
    std::string end_reason;  ///< in words
};

/// The last minutes of every live stream for the charts of studio and operations, kept for
/// limits::stream_history_kept_for after its end; and each channel's last problem. Any thread.
class StreamHistory {
public:
    explicit StreamHistory(const Clock& clock) : clock_(clock) {}

    void begin(const std::string& stream, const std::string& channel);
    void connected(const std::string& stream, const std::string& encoder,
                   const std::string& address);
    void add(const std::string& stream, const StreamSample& sample);
    void end(const std::string& stream, const std::string& reason);
    /// Those that are remembered and have ended, whether or not the database says so yet.
    std::vector<std::string> ended() const;
    std::optional<StreamFacts> find(const std::string& stream) const;

    /// `message` is a sentence for the channel's host; it is the error of its stream too, where
    /// there is one.
    void fail(const std::string& channel, std::string message, const std::string& stream = {});
    /// What was wrong before is over: the encoder sends what it should, or the channel is gone.
    void solved(const std::string& channel);
    std::optional<StreamProblem> last_problem(std::string_view channel) const;
    /// Forgets the problems of other channels than these (a stream may end, and complain, after its
    /// channel was removed), and streams that ended a while ago.
    void keep_only(const std::vector<std::string>& channels);

private:
    struct Entry {
        StreamFacts facts;
        std::optional<SteadyTime> over_since;
    };
    void remove_old() REQUIRES_LOCK(mutex_);

    // Constant after construction.
    const Clock& clock_;

    mutable Mutex mutex_;
    std::map<std::string, Entry> streams_ GUARDED_BY(mutex_);
    // Only of channels there are, so at most limits::channels_max.
    std::map<std::string, StreamProblem, std::less<>> problems_ GUARDED_BY(mutex_);
};

}  // namespace shopcast::show
