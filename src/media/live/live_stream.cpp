#include "media/live/live_stream.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/check.hpp"
#include "media/cut/packager.hpp"
#include "media/live/epoch.hpp"
#include "media/live/health_check.hpp"
#include "media/live/playlist.hpp"
#include "media/live/rendition.hpp"
#include "media/live/window_stats.hpp"

namespace shopcast::media {
namespace {

/// Packets an epoch must have had before a jump of their times begins another: broken timestamps
/// cannot make more than one discontinuity in about a second.
constexpr std::uint64_t epoch_packets_min = 64;

/// After a gap, packets that are still older than its end catch up (a burst that waited in the
/// uplink) or never do (an encoder whose clock stood still). One second tells which.
constexpr Milliseconds catch_up_time{1000};

/// Encoders may be this much ahead with one track when the other begins.
constexpr Ticks preroll_max = 30 * ticks_per_second;

}  // namespace

struct LiveStream::Impl {
    Impl(LiveStreamSettings s, SnapshotSink& to, Rendition source)
        : settings(std::move(s)), sink(to), packager(settings.packager), src(std::move(source)) {
        if (!settings.resumed_at) return;
        epochs_begun = settings.resumed_at->next_epoch;
        packager.set_part_target(settings.resumed_at->part_target);
        src.resume(settings.resumed_at->next_msn, settings.resumed_at->discontinuities);
    }

    Result<void> begin_epoch(TrackSet new_tracks, WallTime new_anchor);
    Result<void> restart_epoch(Milliseconds skipped);
    /// Returns whether there was anything to store; the caller publishes.
    Result<bool> store_cuts();
    Result<void> store_and_publish();
    void resolve_anchor(Ticks first_cut);
    void publish();
    void update_ready(const RenditionSnapshot& rendition);
    void update_reports(StreamSnapshot& snapshot);
    Result<void> bridge(SteadyTime now);
    bool has_tracks() const { return tracks.video || tracks.audio; }
    /// No media comes: the timeline goes on with gaps, or has not gone on since the restart.
    bool is_interrupted() const {
        return packager.is_behind_gap() || (settings.resumed_at && !has_tracks());
    }
    /// The wall-clock time at the timeline's end, as far as the packets tell.
    WallTime wall_now() const { return wall ? wall->wall_of(packager.end()) : settings.started_at; }

    // Constant after construction.
    const LiveStreamSettings settings;
    SnapshotSink& sink;
    // The stream.
    Packager packager;
    Rendition src;
    TrackSet tracks;
    std::uint32_t epochs_begun = 0;
    std::uint64_t packets_in_epoch = 0;
    std::optional<WallMapping> wall;
    std::optional<WallTime> anchor;  // of an epoch that has no part yet
    std::optional<WallTime> ended_at;
    bool ready = false;
    // What changes once per segment.
    std::optional<std::uint64_t> reported_msn;
    Text multivariant;
    std::shared_ptr<const HealthReport> health = std::make_shared<const HealthReport>();
    StreamTroubles troubles;
    // Silence of the encoder.
    bool packet_seen = false;
    std::optional<SteadyTime> usable_at;   // the last tick before which usable packets came
    std::optional<SteadyTime> resumed_at;  // behind a gap: the first tick that saw packets again
    Ticks gap_start = 0;
};

LiveStream::LiveStream(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

LiveStream::~LiveStream() {
    // Whoever dropped the stream without ending it must not leave viewers waiting.
    end(impl_->wall_now());
}

Result<std::unique_ptr<LiveStream>> LiveStream::create(LiveStreamSettings settings,
                                                       SnapshotSink& sink) {
    Rendition source = TRY(Rendition::create("src", settings.packager));
    auto impl = std::make_unique<Impl>(std::move(settings), sink, std::move(source));
    impl->publish();
    struct Reachable : LiveStream {
        explicit Reachable(std::unique_ptr<Impl> i) : LiveStream(std::move(i)) {}
    };
    return std::make_unique<Reachable>(std::move(impl));
}

Result<void> LiveStream::begin_epoch(TrackSet tracks, WallTime anchor) {
    return impl_->begin_epoch(std::move(tracks), anchor);
}

Result<void> LiveStream::push(Packet packet) {
    Impl& self = *impl_;
    ENSURE(self.has_tracks() && !self.ended_at);
    self.packet_seen = true;
    ++self.packets_in_epoch;
    if (self.packager.breaks_time(packet)) {
        if (self.packets_in_epoch < epoch_packets_min) return {};
        ++self.troubles.time_jumps;
        TRY_VOID(self.restart_epoch(Milliseconds{0}));
    }
    self.packager.push(std::move(packet));
    return self.store_and_publish();
}

Result<void> LiveStream::tick(SteadyTime now) {
    Impl& self = *impl_;
    if (self.ended_at) return {};
    if (self.packager.is_behind_gap()) return self.bridge(now);
    self.resumed_at.reset();
    self.troubles.silent = false;
    // A gap is lost for every viewer, a late part only stalls those whose buffer is shorter than
    // their delay (1.5 s at least): a jittering uplink must never cause one. So nothing happens for
    // half a target duration. Longer would break 6.2.1: the segment in progress may be one target
    // duration old when the silence begins, and a new one is due 1.5 after the last.
    const Milliseconds tolerance = self.settings.packager.target_duration / 2;
    if (std::exchange(self.packet_seen, false)) self.usable_at = now;
    if (!self.usable_at || now - *self.usable_at < tolerance) return {};
    self.packager.fill_gap(self.packager.end());
    if (!self.packager.is_behind_gap()) return {};
    self.gap_start = self.packager.end();
    self.troubles.silent = true;
    return self.bridge(now);
}

void LiveStream::end(WallTime now) {
    Impl& self = *impl_;
    if (self.ended_at) return;
    self.packager.flush();
    // Out of memory at the very end costs the last part; the playlist ends all the same.
    (void)self.store_cuts();
    self.ended_at = now;
    self.publish();
}

const HealthReport& LiveStream::health() const {
    return *impl_->health;
}

StreamPosition LiveStream::position() const {
    return {.next_msn = impl_->src.next_msn(),
            .discontinuities = impl_->src.discontinuities(),
            .next_epoch = impl_->epochs_begun,
            .part_target = impl_->packager.part_target().value_or(Milliseconds{0})};
}

Result<void> LiveStream::Impl::begin_epoch(TrackSet new_tracks, WallTime new_anchor) {
    ENSURE(!ended_at);
    packager.flush();
    TRY_VOID(store_cuts());
    tracks = std::move(new_tracks);
    anchor = new_anchor;
    packets_in_epoch = 0;
    packager.begin_epoch(tracks);
    src.begin_epoch(make_epoch(EpochId(epochs_begun++), tracks));
    publish();
    return {};
}

/// The same parameters on another clock: the timeline goes on where it ends, wall-clock time
/// `skipped` later.
Result<void> LiveStream::Impl::restart_epoch(Milliseconds skipped) {
    packager.flush();
    TRY_VOID(store_cuts());
    return begin_epoch(tracks, wall_now() + skipped);
}

void LiveStream::Impl::resolve_anchor(Ticks first_cut) {
    if (!anchor) return;
    const Ticks preroll =
        std::clamp<Ticks>(first_cut - packager.first_packet_time(), 0, preroll_max);
    const WallTime at = *std::exchange(anchor, std::nullopt) + to_ms(preroll);
    wall = wall ? wall->followed_by(first_cut, at) : WallMapping(first_cut, at);
}

Result<bool> LiveStream::Impl::store_cuts() {
    const std::vector<PartCut> cuts = packager.take_cuts();
    for (const PartCut& cut : cuts) {
        resolve_anchor(cut.start);
        TRY_VOID(src.add(cut, *wall));
    }
    return !cuts.empty();
}

Result<void> LiveStream::Impl::store_and_publish() {
    if (TRY(store_cuts())) publish();
    return {};
}

Result<void> LiveStream::Impl::bridge(SteadyTime now) {
    const auto silent = std::chrono::duration_cast<Milliseconds>(now - *usable_at);
    const Ticks live_edge = gap_start + to_ticks(silent);
    if (std::exchange(packet_seen, false) && !resumed_at) resumed_at = now;
    if (resumed_at && now - *resumed_at >= catch_up_time && packager.is_late()) {
        resumed_at.reset();
        usable_at = now;
        return restart_epoch(to_ms(std::max<Ticks>(0, live_edge - packager.end())));
    }
    // One part short of now: packets that come back in time must not be older than the gap.
    packager.fill_gap(live_edge - to_ticks(*packager.part_target()));
    return store_and_publish();
}

/// 18: a playlist is served when it has a segment, and enough to play from its hold-back.
void LiveStream::Impl::update_ready(const RenditionSnapshot& rendition) {
    if (ready || rendition.segments.empty()) return;
    Ticks duration = src.listed_duration();
    if (rendition.open) duration += rendition.open->duration;
    ready = duration >= to_ticks(wire::m3u8::part_hold_back(*packager.part_target())) ||
            ended_at.has_value();
}

void LiveStream::Impl::update_reports(StreamSnapshot& snapshot) {
    const RenditionSnapshot& rendition = snapshot.renditions.front();
    if (!has_tracks() || (reported_msn == rendition.next_msn && !ended_at)) return;
    reported_msn = rendition.next_msn;
    health = std::make_shared<const HealthReport>(
        check_health(tracks, measure_window(rendition), packager.facts(), troubles,
                     to_ticks(settings.packager.target_duration)));
    // Also before it is ready: it may become so within a segment.
    multivariant = render_multivariant(snapshot);
}

void LiveStream::Impl::publish() {
    auto snapshot = std::make_shared<StreamSnapshot>();
    snapshot->id = settings.id;
    snapshot->channel = settings.channel;
    snapshot->started_at = settings.started_at;
    snapshot->ended_at = ended_at;
    snapshot->interrupted = is_interrupted();
    snapshot->part_target = packager.part_target().value_or(Milliseconds{0});
    snapshot->target_duration = settings.packager.target_duration;
    // The tag stands for every segment of the playlist. It appears with the first playlist served,
    // when the first segment has shown how often keyframes come, and goes for good with the first
    // segment that had to begin without one: a header that changed is better than a promise that
    // is broken.
    snapshot->independent_segments = src.independent_segments();
    snapshot->renditions.push_back(src.snapshot(ended_at.has_value()));
    update_ready(snapshot->renditions.front());
    snapshot->ready = ready;
    update_reports(*snapshot);
    snapshot->multivariant = multivariant;
    snapshot->health = health;
    if (ready) render_playlists(*snapshot);
    sink.publish(std::move(snapshot));
}

}  // namespace shopcast::media
