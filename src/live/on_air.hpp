#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/mutex.hpp"
#include "live/broadcast.hpp"

namespace shopcast::live {

/// The streams that are live, over all threads: at most one for a channel.
class OnAir {
public:
    explicit OnAir(const OnAirParts& parts) : parts_(parts) {}

    /// The channel's stream, or a new one whose home is `loop`. Errors: Io.
    Result<std::shared_ptr<Broadcast>> find_or_begin(const std::string& channel, async::Loop& loop);
    /// Streams of the last process that wait for their encoders again. Before the loops run.
    Result<void> resume(std::vector<media::LiveStreamSettings> streams,
                        const std::vector<async::Loop*>& loops);
    /// Ends the channel's stream, if there is one (the key was rotated, the operator said so).
    void stop(const std::string& channel, const std::string& words);
    std::size_t size() const;
    /// The process stops, its streams do not. After the loops have stopped.
    void abandon_all();

private:
    Result<std::shared_ptr<Broadcast>> begin(async::Loop& home, media::LiveStreamSettings settings);
    void remove(const Broadcast& ended);

    // Constant after construction.
    OnAirParts parts_;

    mutable Mutex mutex_;
    std::map<std::string, std::shared_ptr<Broadcast>> by_channel_ GUARDED_BY(mutex_);
};

}  // namespace shopcast::live
