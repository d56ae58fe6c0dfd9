#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "async/loop.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "live/shop_watch.hpp"
#include "live/takeover.hpp"
#include "media/live/live_stream.hpp"
#include "show/audience.hpp"
#include "show/channel_directory.hpp"
#include "show/stream_history.hpp"
#include "store/writer.hpp"

namespace shopcast::live {

/// What streams need of the rest; everything outlives them.
struct OnAirParts {
    media::SnapshotSink& snapshots;
    store::Writer& writer;
    Random& random;
    const Clock& clock;
    media::PackagerConfig packager;
    /// How long a stream waits for an encoder that was lost.
    Milliseconds reconnect_window;
    show::StreamHistory& history;
    const show::Audience& audience;
    const show::ChannelDirectory& channels;
    ShopWatch& watch;
};

/// One encoder's connection, as a stream sees it.
struct Encoder {
    std::uint64_t connection_id = 0;
    std::string address;  ///< without the port
    std::string name;     ///< "FMLE/3.0 (compatible; Lavf59.27)"
    /// Tells the encoder why and closes its connection. Any thread.
    std::move_only_function<void(std::string)> stop;
};

/// One live stream of a channel, through as many encoder connections as it takes: it waits for one
/// that was lost, and lets a newer one take over at its first keyframe.
///
/// Lives on one loop, its home, from the first connection on, wherever later connections live: only
/// home() and end of life (a shared pointer) belong to any thread. Encoders are named by the id of
/// their connection; what comes from one that was displaced is ignored.
class Broadcast : public std::enable_shared_from_this<Broadcast>, private async::Swept {
public:
    using OnEnd = std::function<void(const Broadcast& ended)>;

    /// Errors: Io (no memory file).
    /// `on_end` is called once, on home's thread, and not after abandon().
    static Result<std::shared_ptr<Broadcast>> create(async::Loop& home, const OnAirParts& parts,
                                                     media::LiveStreamSettings settings,
                                                     OnEnd on_end);
    ~Broadcast() override;

    async::Loop& home() const { return home_; }
    const std::string& channel() const { return settings_.channel; }

    /// An encoder with the right key came: it publishes, or will from its first keyframe on.
    /// Errors: Conflict (told to the encoder); Closed: the stream has ended, begin another.
    Result<void> admit(Encoder encoder);
    /// `anchor` is the wall-clock time of the first packet that follows.
    void begin_epoch(std::uint64_t connection_id, media::TrackSet tracks, WallTime anchor);
    void push(std::uint64_t connection_id, media::Packet packet);
    void warn(std::uint64_t connection_id, const std::string& warning);
    /// `finished`: by the encoder's own word, so the stream ends with it.
    void leave(std::uint64_t connection_id, bool finished);
    /// Ends the stream; its encoders are told `words`.
    void stop(const std::string& words);
    /// Lets go of the stream without an end: the next process goes on with it. After the loops have
    /// stopped; nothing but destruction may follow.
    void abandon();

private:
    Broadcast(async::Loop& home, const OnAirParts& parts, media::LiveStreamSettings settings,
              std::unique_ptr<media::LiveStream> stream, OnEnd on_end);

    void take_over();
    void tell_watch();
    void set_waiting(bool waits);
    void end(const std::string& reason);
    void save_position();
    void save_facts();
    void tell_problem(const std::string& words);
    void take_sample(SteadyTime now);
    void stop_on_failure(const Result<void>& result);
    void on_sweep(SteadyTime now) override;
    void on_stop() override {}

    // Constant after construction.
    async::Loop& home_;
    const OnAirParts& parts_;
    const OnEnd on_end_;
    const media::LiveStreamSettings settings_;

    // Owned by the home loop's thread.
    std::unique_ptr<media::LiveStream> stream_;
    Takeover takeover_;
    std::optional<Encoder> current_;
    std::optional<Encoder> next_;  // has not sent a keyframe yet
    SteadyTime last_media_;
    std::optional<SteadyTime> waiting_since_;  // for an encoder that sends media
    bool had_media_;
    media::StreamPosition saved_;
    bool ended_ = false;
    std::string last_warning_;
    std::optional<std::uint64_t> sending_connection_;  // has begun its first epoch
    // Since the last sample.
    SteadyTime sampled_at_;
    std::uint64_t bytes_ = 0;
    std::uint64_t frames_ = 0;
};

}  // namespace shopcast::live
