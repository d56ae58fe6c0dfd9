#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "base/random.hpp"
#include "ingest/publish_gate.hpp"
#include "media/live_hub.hpp"
#include "media/live_stream.hpp"
#include "net/loop.hpp"
#include "show/channel_directory.hpp"
#include "store/writer.hpp"

namespace shopcast::api {

/// What publishing needs of the rest; everything outlives the gates.
struct PublishingParts {
    show::ChannelDirectory& channels;
    media::LiveHub& hub;
    store::Writer& writer;
    Random& random;
    const Clock& clock;
    media::PackagerConfig packager;
};

/// Which channels an encoder is publishing to, over all threads: at most one each.
class OnAir {
public:
    /// False when the channel is taken. `stop` ends the publication with words for the encoder; it
    /// is called on any thread and at most until release().
    bool claim(const std::string& channel, std::move_only_function<void(std::string)> stop);
    void release(const std::string& channel);

    /// Ends the channel's publication, if there is one (the key was rotated, the operator said so).
    void stop(const std::string& channel, const std::string& words);
    std::size_t size() const;

private:
    mutable Mutex mutex_;
    std::map<std::string, std::move_only_function<void(std::string)>> stops_ GUARDED_BY(mutex_);
};

/// Lets an encoder with the right key publish: turns its connection's packets into a live stream of
/// its channel. One gate a loop.
class Publishing final : public ingest::PublishGate {
public:
    Publishing(net::Loop& loop, PublishingParts parts, OnAir& on_air)
        : loop_(loop), parts_(parts), on_air_(on_air) {}

    net::Task<Result<std::unique_ptr<ingest::Publication>>> open(
        ingest::PublishRequest request, ingest::PublishControl& control) override;

private:
    net::Loop& loop_;
    PublishingParts parts_;
    OnAir& on_air_;
};

}  // namespace shopcast::api
