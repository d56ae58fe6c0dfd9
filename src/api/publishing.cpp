#include "api/publishing.hpp"

#include "base/log.hpp"
#include "base/metrics.hpp"

namespace shopcast::api {
namespace {

metrics::Gauge& live_streams =
    metrics::gauge("shopcast_live_streams", "Streams that an encoder is publishing.");
metrics::Counter& streams_started =
    metrics::counter("shopcast_streams_started_total", "Streams started.");

Result<void> insert_stream(store::Database& database, const media::LiveStreamSettings& stream) {
    store::Statement insert =
        TRY(database.prepare("INSERT INTO stream(id, channel, started_at_ms) VALUES (?, ?, ?)"));
    insert.bind(stream.id.value).bind(stream.channel).bind(to_unix_ms(stream.started_at));
    TRY_VOID(insert.step());
    return {};
}

Result<void> end_stream(store::Database& database, const std::string& id, WallTime at) {
    store::Statement update =
        TRY(database.prepare("UPDATE stream SET ended_at_ms = ? WHERE id = ?"));
    update.bind(to_unix_ms(at)).bind(id);
    TRY_VOID(update.step());
    return {};
}

/// A failing record costs the history of streams, never the stream.
void log_failure(const Result<void>& result) {
    if (!result) log::warning("stream.record_failed", {{"reason", result.error().message}});
}

/// One encoder's publishing into one stream; owned by the connection's loop.
class LivePublication final : public ingest::Publication, private net::Swept {
public:
    LivePublication(net::Loop& loop, PublishingParts parts, OnAir& on_air,
                    ingest::PublishControl& control, std::unique_ptr<media::LiveStream> stream,
                    media::LiveStreamSettings settings)
        : loop_(loop),
          parts_(parts),
          on_air_(on_air),
          control_(control),
          stream_(std::move(stream)),
          settings_(std::move(settings)) {
        loop_.sweep(*this);
        live_streams.add(1);
        streams_started.add();
    }

    ~LivePublication() override {
        const WallTime now = parts_.clock.wall();
        stream_->end(now);
        on_air_.release(settings_.channel);
        live_streams.add(-1);
        parts_.writer.submit(
            [id = settings_.id.value, now](store::Database& database) {
                return end_stream(database, id, now);
            },
            log_failure);
        log::info("stream.ended", {{"stream", settings_.id.value},
                                   {"channel", settings_.channel},
                                   {"seconds", (now - settings_.started_at).count() / 1000}});
    }

    void begin_epoch(media::TrackSet tracks, Milliseconds age) override {
        log::info("stream.epoch_begun",
                  {{"stream", settings_.id.value},
                   {"video", tracks.video ? tracks.video->codec : std::string("none")},
                   {"audio", tracks.audio ? tracks.audio->codec : std::string("none")}});
        stop_on_failure(stream_->begin_epoch(std::move(tracks), parts_.clock.wall() - age));
    }
    void push(media::Packet packet) override { stop_on_failure(stream_->push(std::move(packet))); }
    void report(const ingest::IngestHealth& health) override {
        if (health.last_warning == last_warning_) return;
        last_warning_ = health.last_warning;
        log::warning("stream.encoder_warning",
                     {{"stream", settings_.id.value}, {"warning", last_warning_}});
    }

private:
    void on_sweep(SteadyTime now) override { stop_on_failure(stream_->tick(now)); }
    void on_stop() override {}

    void stop_on_failure(const Result<void>& result) {
        if (result) return;
        log::error("stream.failed",
                   {{"stream", settings_.id.value}, {"reason", result.error().message}});
        control_.stop("The server cannot carry this stream: " + result.error().message);
    }

    // Constant after construction.
    net::Loop& loop_;
    PublishingParts parts_;
    OnAir& on_air_;
    ingest::PublishControl& control_;
    // Owned by the loop's thread.
    std::unique_ptr<media::LiveStream> stream_;
    media::LiveStreamSettings settings_;
    std::string last_warning_;
};

}  // namespace

bool OnAir::claim(const std::string& channel, std::move_only_function<void(std::string)> stop) {
    const Lock lock(mutex_);
    return stops_.try_emplace(channel, std::move(stop)).second;
}

void OnAir::release(const std::string& channel) {
    const Lock lock(mutex_);
    stops_.erase(channel);
}

void OnAir::stop(const std::string& channel, const std::string& words) {
    const Lock lock(mutex_);
    if (const auto found = stops_.find(channel); found != stops_.end()) found->second(words);
}

std::size_t OnAir::size() const {
    const Lock lock(mutex_);
    return stops_.size();
}

net::Task<Result<std::unique_ptr<ingest::Publication>>> Publishing::open(
    ingest::PublishRequest request, ingest::PublishControl& control) {
    const auto channel = parts_.channels.find_by_stream_key(request.stream_key);
    if (!channel) {
        co_return fail(Errc::Unauthorized,
                       "This stream key is not known. Copy the channel's key again, or rotate it "
                       "with \"shopcast channel rotate-key\".");
    }
    // The control lives until the publication is destroyed, which releases the claim on this
    // loop's thread; a stop that was posted before and runs after finds nothing.
    const auto target = std::make_shared<ingest::PublishControl*>(&control);
    net::Loop& loop = loop_;
    std::move_only_function<void(std::string)> stop = [target, &loop](std::string words) {
        loop.post([weak = std::weak_ptr(target), words = std::move(words)] {
            if (const auto living = weak.lock()) (*living)->stop(words);
        });
    };
    if (!on_air_.claim(channel->name, std::move(stop))) {
        co_return fail(Errc::Conflict, "Channel " + channel->name +
                                           " is live already. Stop the other encoder first.");
    }

    media::LiveStreamSettings settings{media::StreamId(random_token(parts_.random, 10)),
                                       channel->name, parts_.clock.wall(), parts_.packager};
    auto stream = media::LiveStream::create(settings, parts_.hub);
    if (!stream) {
        on_air_.release(channel->name);
        co_return std::unexpected(std::move(stream).error().in("cannot start the stream"));
    }
    parts_.writer.submit(
        [settings](store::Database& database) { return insert_stream(database, settings); },
        log_failure);
    log::info("stream.started", {{"stream", settings.id.value},
                                 {"channel", channel->name},
                                 {"connection", request.connection_id},
                                 {"peer", request.peer},
                                 {"encoder", request.encoder}});
    co_return std::make_unique<LivePublication>(loop_, parts_, on_air_, control, std::move(*stream),
                                                std::move(settings));
}

}  // namespace shopcast::api
