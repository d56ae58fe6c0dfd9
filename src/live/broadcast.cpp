#include "live/broadcast.hpp"

#include <utility>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "show/limits.hpp"
#include "show/stream_records.hpp"

namespace shopcast::live {
namespace {

metrics::Gauge& live_streams =
    metrics::gauge("shopcast_live_streams", "Streams that are live or wait for their encoder.");
metrics::Gauge& interrupted_streams = metrics::gauge(
    "shopcast_interrupted_streams", "Streams that lost their encoder and wait for it.");
metrics::Counter& streams_started =
    metrics::counter("shopcast_streams_started_total", "Streams started.");
metrics::Counter& streams_resumed = metrics::counter(
    "shopcast_streams_resumed_total", "Times an encoder came back to its stream in time.");
metrics::Counter& takeovers = metrics::counter(
    "shopcast_stream_takeovers_total", "Times an encoder took a stream over from another one.");

/// A failing record costs the history of streams, never the stream.
void log_failure(const Result<void>& result) {
    if (!result) log::warning("stream.record_failed", {{"reason", result.error().message}});
}

}  // namespace

Broadcast::Broadcast(async::Loop& home, const OnAirParts& parts, media::LiveStreamSettings settings,
                     std::unique_ptr<media::LiveStream> stream, OnEnd on_end)
    : home_(home),
      parts_(parts),
      on_end_(std::move(on_end)),
      settings_(std::move(settings)),
      stream_(std::move(stream)),
      last_media_(home.now()),
      had_media_(settings_.resumed_at.has_value()),
      saved_(stream_->position()),
      sampled_at_(home.now()) {
    parts_.history.begin(settings_.id.value, settings_.channel);
    live_streams.add(1);
    set_waiting(true);
    if (had_media_) tell_watch();
    home_.sweep(*this);
}

Broadcast::~Broadcast() = default;

Result<std::shared_ptr<Broadcast>> Broadcast::create(async::Loop& home, const OnAirParts& parts,
                                                     media::LiveStreamSettings settings,
                                                     OnEnd on_end) {
    auto stream = TRY(media::LiveStream::create(settings, parts.snapshots));
    // The constructor is private to make create() the only way, and make_shared cannot reach it.
    struct Reachable : Broadcast {
        Reachable(async::Loop& h, const OnAirParts& p, media::LiveStreamSettings s,
                  std::unique_ptr<media::LiveStream> l, OnEnd e)
            : Broadcast(h, p, std::move(s), std::move(l), std::move(e)) {}
    };
    return std::make_shared<Reachable>(home, parts, std::move(settings), std::move(stream),
                                       std::move(on_end));
}

Result<void> Broadcast::admit(Encoder encoder) {
    if (ended_) return fail(Errc::Closed, "the stream has just ended");
    const SteadyTime now = home_.now();
    if (current_) {
        const auto silence = std::chrono::duration_cast<Milliseconds>(now - last_media_);
        if (auto words = takeover_.refusal(encoder.address, silence, now)) {
            return fail(Errc::Conflict, *std::move(words));
        }
    }
    log::info("stream.encoder_connected",
              {{"stream", settings_.id.value},
               {"connection", encoder.connection_id},
               {"address", encoder.address},
               {"encoder", encoder.name},
               {"takes_over_from", current_ ? current_->address : std::string()}});
    if (!current_) {
        parts_.history.connected(settings_.id.value, encoder.name, encoder.address);
        current_ = std::move(encoder);
        last_media_ = now;
        return {};
    }
    if (next_) next_->stop("A newer connection with the same stream key took this one's place.");
    next_ = std::move(encoder);
    return {};
}

void Broadcast::begin_epoch(std::uint64_t connection_id, media::TrackSet tracks, WallTime anchor) {
    if (ended_) return;
    if (next_ && next_->connection_id == connection_id) take_over();
    if (!current_ || current_->connection_id != connection_id) return;
    log::info("stream.epoch_begun",
              {{"stream", settings_.id.value},
               {"connection", connection_id},
               {"video", tracks.video ? tracks.video->codec : std::string("none")},
               {"audio", tracks.audio ? tracks.audio->codec : std::string("none")}});
    if (waiting_since_) {
        set_waiting(false);
        if (had_media_) streams_resumed.add();
    }
    if (!std::exchange(had_media_, true)) {
        streams_started.add();
        tell_watch();
        parts_.writer.submit(
            [settings = settings_](store::Database& database) {
                return show::insert_stream(database, settings);
            },
            log_failure);
    }
    if (std::exchange(sending_connection_, connection_id) != connection_id) {
        parts_.history.solved(settings_.channel);
        save_facts();
    }
    last_media_ = home_.now();
    stop_on_failure(stream_->begin_epoch(std::move(tracks), anchor));
    save_position();
}

void Broadcast::push(std::uint64_t connection_id, media::Packet packet) {
    if (ended_ || !current_ || current_->connection_id != connection_id) return;
    last_media_ = home_.now();
    bytes_ += packet.payload.size();
    frames_ += packet.kind == media::TrackKind::Video ? 1 : 0;
    stop_on_failure(stream_->push(std::move(packet)));
}

void Broadcast::warn(std::uint64_t connection_id, const std::string& warning) {
    if (warning == last_warning_) return;
    last_warning_ = warning;
    if (!warning.empty()) tell_problem(warning);
    log::warning(
        "stream.encoder_warning",
        {{"stream", settings_.id.value}, {"connection", connection_id}, {"warning", warning}});
}

void Broadcast::leave(std::uint64_t connection_id, bool finished) {
    if (next_ && next_->connection_id == connection_id) next_.reset();
    if (!current_ || current_->connection_id != connection_id) return;
    current_ = std::exchange(next_, std::nullopt);
    last_media_ = home_.now();
    if (ended_ || current_) return;
    if (finished) return end("encoder finished");
    // Nobody has seen anything of it: there is nothing to wait for.
    if (!had_media_) return end("encoder left before it sent media");
    if (parts_.reconnect_window <= Milliseconds{0}) return end("encoder lost");
    set_waiting(true);
    tell_problem("The connection to the encoder was lost. Check its network, or start it again.");
    log::warning("stream.interrupted", {{"stream", settings_.id.value},
                                        {"channel", settings_.channel},
                                        {"waits_s", parts_.reconnect_window.count() / 1000}});
}

void Broadcast::stop(const std::string& words) {
    if (ended_) return;
    if (current_) current_->stop(words);
    if (next_) next_->stop(words);
    end(words);
}

/// The encoder that waited has its first keyframe: the other one has to go.
void Broadcast::take_over() {
    takeovers.add();
    Encoder displaced = *std::exchange(current_, std::exchange(next_, std::nullopt));
    takeover_.displaced(displaced.address, home_.now());
    parts_.history.connected(settings_.id.value, current_->name, current_->address);
    displaced.stop("Another encoder with the same stream key took this channel over, from " +
                   current_->address + ".");
    log::info(
        "stream.taken_over",
        {{"stream", settings_.id.value}, {"from", displaced.address}, {"by", current_->address}});
}

/// From now on what its shop sells is sold while it is on air.
void Broadcast::tell_watch() {
    const auto channel = parts_.channels.find(settings_.channel);
    if (channel) parts_.watch.began(channel->shop, settings_.id.value);
}

void Broadcast::set_waiting(bool waits) {
    if (had_media_) interrupted_streams.add(waits ? 1 : -1);
    waiting_since_ = waits ? std::optional(home_.now()) : std::nullopt;
}

void Broadcast::abandon() {
    ended_ = true;
    unlink();
    if (waiting_since_) set_waiting(false);
    live_streams.add(-1);
    parts_.watch.ended(settings_.id.value);
    stream_.reset();
}

void Broadcast::end(const std::string& reason) {
    ended_ = true;
    unlink();
    if (waiting_since_) set_waiting(false);
    live_streams.add(-1);
    const WallTime now = parts_.clock.wall();
    // First: who hears that it has ended finds it among those that have, before its row says so.
    parts_.history.end(settings_.id.value, reason);
    stream_->end(now);
    parts_.watch.ended(settings_.id.value);
    if (had_media_) {
        save_facts();
        parts_.writer.submit(
            [id = settings_.id.value, now, reason](store::Database& database) {
                return show::end_stream(database, id, now, reason);
            },
            log_failure);
    }
    log::info("stream.ended", {{"stream", settings_.id.value},
                               {"channel", settings_.channel},
                               {"reason", reason},
                               {"seconds", (now - settings_.started_at).count() / 1000}});
    on_end_(*this);
}

/// With each segment, and what else must not be forgotten at a restart. At the sweep, when all
/// streams of a loop are asked one after another: the writer syncs once for all of them, where each
/// segment's own moment would be a sync of its own (200 streams: 100 a second).
void Broadcast::save_position() {
    if (ended_) return;
    const media::StreamPosition position = stream_->position();
    if (position == saved_) return;
    saved_ = position;
    parts_.writer.submit(
        [id = settings_.id.value, position, now = parts_.clock.wall()](store::Database& database) {
            return show::save_position(database, id, position, now);
        },
        log_failure);
}

void Broadcast::save_facts() {
    auto facts = parts_.history.find(settings_.id.value);
    if (!facts || !had_media_) return;
    facts->samples.clear();
    parts_.writer.submit(
        [id = settings_.id.value, facts = *std::move(facts)](store::Database& database) {
            return show::save_facts(database, id, facts);
        },
        log_failure);
}

void Broadcast::tell_problem(const std::string& words) {
    parts_.history.fail(settings_.channel, words, settings_.id.value);
    save_facts();
}

void Broadcast::take_sample(SteadyTime now) {
    if (!had_media_ || now - sampled_at_ < limits::stream_sample_interval) return;
    const std::chrono::duration<double> seconds = now - sampled_at_;
    const double bits = static_cast<double>(std::exchange(bytes_, 0)) * 8;
    const auto frames = static_cast<double>(std::exchange(frames_, 0));
    sampled_at_ = now;
    parts_.history.add(settings_.id.value,
                       {.at = parts_.clock.wall(),
                        .bitrate_bps = static_cast<std::uint64_t>(bits / seconds.count()),
                        .frame_rate = frames / seconds.count(),
                        .keyframe_interval_ms = stream_->health().keyframe_interval_ms,
                        .viewers = parts_.audience.count(settings_.channel)});
}

void Broadcast::stop_on_failure(const Result<void>& result) {
    if (result) return;
    log::error("stream.failed",
               {{"stream", settings_.id.value}, {"reason", result.error().message}});
    stop("The server cannot carry this stream: " + result.error().message);
}

void Broadcast::on_sweep(SteadyTime now) {
    // The map's reference goes with end().
    const std::shared_ptr<Broadcast> self = shared_from_this();
    stop_on_failure(stream_->tick(now));
    if (ended_) return;
    take_sample(now);
    save_position();
    if (current_ || !waiting_since_) return;
    if (now - *waiting_since_ >= parts_.reconnect_window) {
        end("the encoder did not come back in time");
    }
}

}  // namespace shopcast::live
