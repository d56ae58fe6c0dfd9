#include "live/publishing.hpp"

#include <doctest/doctest.h>

#include <chrono>

#include "async/testing.hpp"
#include "audit/schema.hpp"
#include "media/live/live_hub.hpp"
#include "show/schema.hpp"
#include "show/stream_records.hpp"

using namespace shopcast;
using namespace std::chrono_literals;

namespace {

using ingest::Publication;
using media::StreamSnapshot;

/// Records what the encoder would be told.
struct FakeControl final : ingest::PublishControl {
    void stop(std::string words) override { told = std::move(words); }
    std::string told;
};

store::Database open_database() {
    auto database = store::Database::open(":memory:", store::Database::Mode::ReadWrite);
    REQUIRE(database);
    const auto migrated = store::migrate(*database, {&audit::schema(), &show::schema()});
    REQUIRE(migrated);
    return std::move(*database);
}

/// The machine's clock, set wrong by `off`.
struct WrongClock final : Clock {
    SteadyTime steady() const override { return system_clock().steady(); }
    WallTime wall() const override { return system_clock().wall() + off; }
    Milliseconds off{};
};

/// A store in memory, one channel, one loop.
struct Place {
    explicit Place(Milliseconds window = 60s)
        : writer(open_database()),
          channels({}, writer, random, clock),
          hub({&loop}),
          on_air({hub, writer, random, clock, media::PackagerConfig{}, window, history, audience,
                  channels, watch}) {}
    ~Place() { on_air.abandon_all(); }

    std::shared_ptr<const StreamSnapshot> snapshot() {
        return hub.edge(loop).find_channel("studio");
    }

    SeededRandom random{1};
    WrongClock clock;
    async::Loop loop{"test"};
    store::Writer writer;
    show::ChannelDirectory channels;
    media::LiveHub hub;
    show::StreamHistory history{clock};
    show::Audience audience{clock};
    live::ShopWatch watch;
    live::OnAir on_air;
    std::string key;
};

/// One encoder: H.264 at 20 fps with a keyframe each second.
struct Encoder {
    explicit Encoder(Place& at, std::string from = "10.0.0.1:5000")
        : place(at), peer(std::move(from)) {
        static std::uint64_t last_connection_id = 0;
        connection_id = ++last_connection_id;
    }

    async::Task<Result<void>> connect() {
        live::Publishing gate(place.loop, place.channels, place.on_air, place.history, place.clock);
        ingest::PublishRequest request{.app = "live",
                                       .stream_key = place.key,
                                       .peer = peer,
                                       .encoder = "test",
                                       .connection_id = connection_id};
        auto opened = co_await gate.open(std::move(request), control);
        if (!opened) co_return std::unexpected(opened.error());
        publication = *std::move(opened);
        co_return Result<void>{};
    }
    void begin() {
        media::TrackSet tracks;
        tracks.video = media::VideoTrack{.avc_record = Bytes(std::string("avcC")),
                                         .width = 640,
                                         .height = 360,
                                         .codec = "avc1.64001f"};
        publication->begin_epoch(tracks, 0ms);
    }
    void send(Milliseconds media) {
        for (const std::int64_t end = time_ms + media.count(); time_ms < end; time_ms += 50) {
            publication->push({.kind = media::TrackKind::Video,
                               .dts = time_ms * 90,
                               .pts = time_ms * 90,
                               .keyframe = time_ms % 1000 == 0,
                               .payload = Bytes(std::string("picture"))});
        }
    }
    void lose() { publication.reset(); }
    void finish() {
        publication->finish();
        publication.reset();
    }

    Place& place;
    std::string peer;
    std::uint64_t connection_id;
    FakeControl control;
    std::unique_ptr<Publication> publication;
    std::int64_t time_ms = 0;
};

/// Lets posted work run.
async::Task<void> settle(Place& place) {
    co_await async::turns(place.loop, 4);
}

async::Task<void> make_channel(Place& place) {
    const auto created = co_await place.channels.create(place.loop, "studio", "Studio", "main");
    REQUIRE(created);
    place.key = created->stream_key;
}

async::Task<void> until_ended(Place& place) {
    const auto has_ended = [&place] { return place.snapshot() && place.snapshot()->ended(); };
    co_await async::until(place.loop, has_ended, "the end of the stream");
}

using Trial = async::Task<void> (*)(Place&);

async::Task<void> with_channel(Place& place, Trial trial) {
    co_await make_channel(place);
    co_await trial(place);
}

void run(Trial trial, Milliseconds window = 60s) {
    Place place(window);
    async::run_to_end(place.loop, with_channel(place, trial));
}

std::uint64_t live_msn(const StreamSnapshot& snapshot) {
    return snapshot.renditions.front().next_msn;
}

async::Task<void> known_and_unknown_keys(Place& place) {
    Encoder stranger(place);
    const std::string key = std::exchange(place.key, "live_wrong");
    const auto refused = co_await stranger.connect();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::Unauthorized);
    CHECK(refused.error().message.find("live_wrong") == std::string::npos);

    place.key = key;
    Encoder host(place);
    const auto host_admitted = co_await host.connect();
    CHECK(host_admitted);
    place.on_air.stop("studio", "The key was changed.");
    co_await settle(place);
    CHECK(host.control.told == "The key was changed.");
    CHECK(place.on_air.size() == 0);
}

async::Task<void> lost_and_back(Place& place) {
    Encoder host(place);
    const auto host_connected = co_await host.connect();
    REQUIRE(host_connected);
    host.begin();
    host.send(10s);
    co_await settle(place);
    const auto before = place.snapshot();
    REQUIRE(before);
    CHECK(live_msn(*before) >= 4);
    host.lose();
    co_await settle(place);
    CHECK_FALSE(place.snapshot()->ended());

    Encoder again(place);
    const auto again_connected = co_await again.connect();
    REQUIRE(again_connected);
    again.begin();
    again.send(6s);
    co_await settle(place);
    const auto after = place.snapshot();
    CHECK(after->id == before->id);
    CHECK(live_msn(*after) > live_msn(*before));
    int discontinuities = 0;
    for (const auto& segment : after->renditions.front().segments) {
        discontinuities += segment->discontinuity ? 1 : 0;
    }
    CHECK(discontinuities == 1);
    CHECK(after->renditions.front().epochs.size() == 2);
    again.finish();
    co_await settle(place);
    CHECK(place.snapshot()->ended());
    CHECK(place.on_air.size() == 0);
}

async::Task<void> clock_steps(Place& place) {
    // Summer time by hand, a bad time server, and back again.
    for (const Milliseconds step : {0ms, -3'600'000ms, 7'200'000ms, 0ms}) {
        place.clock.off = step;
        Encoder host(place);
        const auto connected = co_await host.connect();
        REQUIRE(connected);
        host.begin();
        host.send(6s);
        co_await settle(place);
        place.clock.off = -step;
        host.send(4s);
        host.lose();
    }
    co_await settle(place);
    const auto snapshot = place.snapshot();
    CHECK_FALSE(snapshot->ended());
    const auto& segments = snapshot->renditions.front().segments;
    REQUIRE(segments.size() >= 16);
    for (std::size_t i = 1; i < segments.size(); ++i) {
        CHECK(segments[i]->program_date_time > segments[i - 1]->program_date_time);
        CHECK(segments[i]->msn == segments[i - 1]->msn + 1);
    }
}

async::Task<void> lost_for_good(Place& place) {
    Encoder host(place);
    const auto host_connected = co_await host.connect();
    REQUIRE(host_connected);
    host.begin();
    host.send(6s);
    host.lose();
    CHECK(place.on_air.size() == 1);
    co_await until_ended(place);
    CHECK(place.snapshot()->ended());
    CHECK(place.on_air.size() == 0);
}

async::Task<void> without_media(Place& place) {
    Encoder host(place);
    const auto host_connected = co_await host.connect();
    REQUIRE(host_connected);
    host.lose();
    co_await settle(place);
    CHECK(place.on_air.size() == 0);
    CHECK(place.snapshot()->ended());
    CHECK_FALSE(place.snapshot()->ready);
}

async::Task<void> second_takes_over(Place& place) {
    Encoder first(place, "10.0.0.1:5000");
    const auto first_connected = co_await first.connect();
    REQUIRE(first_connected);
    first.begin();
    first.send(6s);
    Encoder second(place, "10.0.0.2:6000");
    const auto second_connected = co_await second.connect();
    REQUIRE(second_connected);
    co_await settle(place);
    CHECK(first.control.told.empty());
    first.send(1s);
    const std::uint64_t before = live_msn(*place.snapshot());

    second.begin();
    second.send(4s);
    co_await settle(place);
    CHECK(first.control.told.find("10.0.0.2") != std::string::npos);
    CHECK(live_msn(*place.snapshot()) > before);
    // What the displaced one still sends is nobody's.
    const std::uint64_t taken_over = live_msn(*place.snapshot());
    first.send(20s);
    co_await settle(place);
    CHECK(live_msn(*place.snapshot()) == taken_over);
    first.lose();

    Encoder back(place, "10.0.0.1:5001");
    const auto refused = co_await back.connect();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::Conflict);
    CHECK(refused.error().message.find("Another encoder") != std::string::npos);
    second.lose();
    const auto back_admitted = co_await back.connect();
    CHECK(back_admitted);
}

async::Task<void> several_wait(Place& place) {
    Encoder first(place, "10.0.0.1:1");
    const auto first_connected = co_await first.connect();
    REQUIRE(first_connected);
    first.begin();
    first.send(3s);
    Encoder second(place, "10.0.0.2:1");
    const auto second_connected = co_await second.connect();
    REQUIRE(second_connected);
    Encoder third(place, "10.0.0.3:1");
    const auto third_connected = co_await third.connect();
    REQUIRE(third_connected);
    co_await settle(place);
    CHECK_FALSE(second.control.told.empty());
    second.begin();
    second.lose();
    co_await settle(place);
    CHECK(first.control.told.empty());
    // The one on air goes before the newest had a keyframe: that one has the stream.
    first.finish();
    co_await settle(place);
    CHECK_FALSE(place.snapshot()->ended());
    third.begin();
    third.send(3s);
    CHECK(place.on_air.size() == 1);
    CHECK(third.control.told.empty());
}

}  // namespace

TEST_CASE("a key opens its channel only while it is valid") {
    run(known_and_unknown_keys);
}

TEST_CASE("a lost encoder comes back to its stream: one id, numbers that go on, a discontinuity") {
    run(lost_and_back);
}

TEST_CASE("steps of the machine's clock neither end a stream nor turn its dates back") {
    run(clock_steps);
}

TEST_CASE("an encoder that does not come back ends its stream after the window") {
    run(lost_for_good, 100ms);
}

TEST_CASE("an encoder that never sent media leaves nothing behind") {
    run(without_media);
}

TEST_CASE("a second encoder takes over at its first keyframe, and the first is told") {
    run(second_takes_over);
}

TEST_CASE("of several encoders that wait to take over, the newest does") {
    run(several_wait);
}

TEST_CASE("a stream goes on after a restart, behind everything that was served") {
    store::Database database = open_database();
    REQUIRE(
        database.execute("INSERT INTO channel(name, title, stream_key_hash, created_at_ms)"
                         " VALUES ('studio', 'Studio', x'00', 0)"));
    const WallTime now{Milliseconds(1'000'000'000)};
    const media::LiveStreamSettings stream{.id = media::StreamId("aaaabbbbccccdddd"),
                                           .channel = "studio",
                                           .started_at = now - 60s,
                                           .packager = {},
                                           .resumed_at = {}};
    const media::StreamPosition position{
        .next_msn = 17, .discontinuities = 2, .next_epoch = 3, .part_target = 500ms};
    REQUIRE(show::insert_stream(database, stream));
    REQUIRE(show::save_position(database, stream.id.value, position, now - 10s));

    const auto waiting = show::take_over_streams(database, now);
    REQUIRE(waiting);
    REQUIRE(waiting->size() == 1);
    CHECK(waiting->front().id == stream.id);
    CHECK(waiting->front().started_at == stream.started_at);
    REQUIRE(waiting->front().resumed_at);
    CHECK(waiting->front().resumed_at->next_msn > 17);
    CHECK(waiting->front().resumed_at->next_epoch > 3);
    CHECK(waiting->front().resumed_at->discontinuities == 2);
    CHECK(waiting->front().resumed_at->part_target == 500ms);

    // A crash right after the start must not give the same numbers again.
    const auto twice = show::take_over_streams(database, now);
    CHECK(twice->front().resumed_at->next_epoch > waiting->front().resumed_at->next_epoch);
    // A crash may keep the end of the channel's show before from being saved.
    media::LiveStreamSettings next = stream;
    next.id = media::StreamId("eeeeffffgggghhhh");
    next.started_at = now - 30s;
    REQUIRE(show::insert_stream(database, next));
    const auto newest = show::take_over_streams(database, now);
    REQUIRE(newest->size() == 1);
    CHECK(newest->front().id == next.id);
    // Long after, the show is over.
    const auto late = show::take_over_streams(database, now + 1h);
    CHECK(late->empty());
    CHECK(show::take_over_streams(database, now)->empty());
}

TEST_CASE("what waits after a restart is the same stream, with its numbers") {
    Place place;
    const media::StreamPosition position{
        .next_msn = 40, .discontinuities = 2, .next_epoch = 1003, .part_target = 500ms};
    REQUIRE(place.on_air.resume({{.id = media::StreamId("aaaabbbbccccdddd"),
                                  .channel = "studio",
                                  .started_at = WallTime{},
                                  .packager = {},
                                  .resumed_at = position}},
                                {&place.loop}));
    struct Body {
        static async::Task<void> run(Place& place) {
            co_await make_channel(place);
            co_await settle(place);
            REQUIRE(place.snapshot());
            CHECK(place.snapshot()->interrupted);
            CHECK_FALSE(place.snapshot()->ready);
            Encoder host(place);
            const auto host_connected = co_await host.connect();
            REQUIRE(host_connected);
            host.begin();
            host.send(6s);
            co_await settle(place);
            const auto snapshot = place.snapshot();
            CHECK(snapshot->id == media::StreamId("aaaabbbbccccdddd"));
            CHECK_FALSE(snapshot->interrupted);
            CHECK(snapshot->part_target == 500ms);
            const media::RenditionSnapshot& rendition = snapshot->renditions.front();
            REQUIRE_FALSE(rendition.segments.empty());
            CHECK(rendition.segments.front()->msn == 40);
            CHECK(rendition.segments.front()->discontinuity);
            CHECK(rendition.discontinuity_sequence == 2);
            CHECK(rendition.segments.front()->epoch->id == media::EpochId(1003));
            const std::string_view playlist = as_text(rendition.playlist.plain().span());
            CHECK(playlist.find("#EXT-X-MEDIA-SEQUENCE:40\n") != std::string_view::npos);
            CHECK(playlist.find("#EXT-X-DISCONTINUITY-SEQUENCE:2\n") != std::string_view::npos);
        }
    };
    async::run_to_end(place.loop, Body::run(place));
}
