#include "media/keep/thumbnailer.hpp"
#include <stdlib.h>

#include <doctest/doctest.h>

#include <atomic>
#include <condition_variable>
#include <filesystem>

#include "async/testing.hpp"
#include "base/log_ring.hpp"
#include "base/metrics.hpp"
#include "base/mutex.hpp"
#include "media/keep/keyframe.hpp"
#include "media/limits.hpp"
#include "media/live/test_support.hpp"

using namespace shopcast;
using namespace shopcast::media;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

struct TurnedClock final : Clock {
    SteadyTime steady() const override { return SteadyTime(1h + time.load()); }
    WallTime wall() const override { return {}; }
    std::atomic<Milliseconds> time{0ms};
};

/// A pencil that draws the picture's own bytes, and can be held up.
class Pencil {
public:
    Thumbnailer::Draw function() {
        return [this](ByteSpan record, ByteSpan unit) { return draw(record, unit); };
    }
    int drawings() {
        const Lock lock(mutex_);
        return drawings_;
    }
    void until_drawings(int count) {
        async::block_until([this, count] { return drawings() >= count; }, "a drawing");
    }
    void hold(bool wanted) {
        const Lock lock(mutex_);
        held_ = wanted;
        changed_.notify_all();
    }
    void fail_from_now(bool wanted) {
        const Lock lock(mutex_);
        fails_ = wanted;
    }

private:
    Result<Bytes> draw(ByteSpan avc_record, ByteSpan access_unit) {
        const Lock lock(mutex_);
        ++drawings_;
        auto woken = std::cv_status::no_timeout;
        while (held_ && woken == std::cv_status::no_timeout) {
            woken = changed_.wait_for(mutex_, async::test_patience);
        }
        if (fails_) return fail(Errc::Malformed, "no picture");
        CHECK(avc_record.size() == test::video_track().avc_record.size());
        return Bytes::copy_of(access_unit);
    }

    Mutex mutex_;
    std::condition_variable_any changed_;
    int drawings_ GUARDED_BY(mutex_) = 0;
    bool held_ GUARDED_BY(mutex_) = false;
    bool fails_ GUARDED_BY(mutex_) = false;
};

std::uint64_t posters_count(std::string_view result) {
    return metrics::counter("shopcast_posters_total", "", {{"result", result}}).value();
}

/// A channel's stream that is pushed through a thumbnailer.
struct Show {
    explicit Show(SnapshotSink& sink, const test::Encoder& encoder = {},
                  const std::string& name = "a")
        : source(encoder, 1) {
        auto settings = test::settings();
        settings.id = StreamId("stream-" + name);
        settings.channel = name;
        stream = *LiveStream::create(settings, sink);
        REQUIRE(stream->begin_epoch(encoder.tracks(), settings.started_at));
    }
    void push_until(double seconds) {
        while (source.next_time() < seconds) REQUIRE(stream->push(source.next()));
    }
    test::PacketSource source;
    std::unique_ptr<LiveStream> stream;
};

struct Fixture {
    Fixture() {
        char name[] = "/tmp/shopcast-test-XXXXXX";
        folder = ::mkdtemp(name);
        posters = std::make_shared<Posters>(folder);
        REQUIRE(posters->load({"a", "b"}));
    }
    ~Fixture() { fs::remove_all(folder); }
    Posters::Ref until_poster(const std::string& channel, std::uint64_t number) const {
        Posters::Ref newest;
        const auto is_there = [&] {
            newest = posters->newest(channel);
            return newest && newest->number >= number;
        };
        async::block_until(is_there, "a poster");
        return newest;
    }
    fs::path folder;
    std::shared_ptr<Posters> posters;
    TurnedClock clock;
    Pencil pencil;
};

}  // namespace

TEST_CASE_FIXTURE(Fixture,
                  "a stream gets its first poster with its first keyframe, then every 10 s") {
    test::Encoder encoder;
    encoder.keyframe_every = 60;
    Thumbnailer thumbnailer(posters, pencil.function(), clock);
    Show show(thumbnailer, encoder);
    show.push_until(1.5);  // less than a segment
    const auto first = until_poster("a", 0);
    CHECK(first->stream.value == "stream-a");
    CHECK(first->number == 0);
    CHECK(first->jpeg.text() == std::string(encoder.video_bytes, 'K'));
    show.push_until(20);
    CHECK(pencil.drawings() == 1);
    clock.time = limits::poster_interval - 1ms;
    show.push_until(21);
    CHECK(pencil.drawings() == 1);
    clock.time = limits::poster_interval;
    show.push_until(22);
    const auto second = until_poster("a", 1);
    // Two seconds a segment, and the newest keyframe there is.
    CHECK(second->number >= 9);
    CHECK(posters->find(first->stream, first->number) == first);
}

TEST_CASE_FIXTURE(Fixture, "with keyframes 8 s apart the newest one is shown, however old") {
    test::Encoder encoder;
    encoder.keyframe_every = 250;
    encoder.b_frames = 3;
    Thumbnailer thumbnailer(posters, pencil.function(), clock);
    Show show(thumbnailer, encoder);
    show.push_until(2);
    CHECK(until_poster("a", 0)->number == 0);
    show.push_until(11);
    clock.time = limits::poster_interval;
    show.push_until(12);  // no keyframe in here
    const auto second = until_poster("a", 1);
    CHECK(second->jpeg.text() == std::string(encoder.video_bytes, 'K'));
    // While there is no newer one, nothing is drawn again.
    clock.time = 2 * limits::poster_interval;
    show.push_until(16);
    CHECK(pencil.drawings() == 2);
}

TEST_CASE_FIXTURE(Fixture, "sound alone has no poster") {
    test::Encoder encoder;
    encoder.fps = 0;
    Thumbnailer thumbnailer(posters, pencil.function(), clock);
    Show sound(thumbnailer, encoder);
    Show show(thumbnailer, {}, "b");
    sound.push_until(6);
    show.push_until(2);
    until_poster("b", 0);
    CHECK(posters->newest("a") == nullptr);
    CHECK(pencil.drawings() == 1);
}

TEST_CASE_FIXTURE(Fixture,
                  "a slow pencil holds nobody up: the newer wish takes the older one's place") {
    pencil.hold(true);
    Thumbnailer thumbnailer(posters, pencil.function(), clock);
    Show first(thumbnailer, {}, "a");
    first.push_until(2);
    pencil.until_drawings(1);  // and stands still
    Show second(thumbnailer, {}, "b");
    second.push_until(2);
    const std::uint64_t dropped_before = posters_count("dropped");
    for (int turn = 1; turn <= 3; ++turn) {
        clock.time = turn * limits::poster_interval;
        first.push_until(2 + 4 * turn);
        second.push_until(2 + 4 * turn);
    }
    CHECK(posters_count("dropped") - dropped_before == 5);  // 2 of the first's, 3 of the second's
    pencil.hold(false);
    CHECK(until_poster("a", 1)->number >= 4);
    CHECK(until_poster("b", 1)->number >= 4);
    CHECK(pencil.drawings() == 3);
}

TEST_CASE_FIXTURE(Fixture, "the queue is bounded") {
    pencil.hold(true);
    {
        Thumbnailer thumbnailer(posters, pencil.function(), clock);
        std::vector<std::unique_ptr<Show>> shows;
        const std::uint64_t dropped_before = posters_count("dropped");
        for (std::size_t i = 0; i < limits::poster_queue_max + 3; ++i) {
            shows.push_back(
                std::make_unique<Show>(thumbnailer, test::Encoder{}, std::to_string(i)));
            shows.back()->push_until(0.8);
            if (i == 0) pencil.until_drawings(1);
        }
        CHECK(posters_count("dropped") > dropped_before);
        pencil.hold(false);
    }
}

TEST_CASE_FIXTURE(Fixture, "a picture that cannot be drawn is counted, and told once a stream") {
    pencil.fail_from_now(true);
    Thumbnailer thumbnailer(posters, pencil.function(), clock);
    const std::uint64_t failed_before = posters_count("failed");
    const std::uint64_t made_before = posters_count("made");
    const std::uint64_t seq = log::recent().read(0, log::Level::Warning, 0).last_seq;
    Show show(thumbnailer);
    for (const unsigned wanted : {1U, 2U}) {
        clock.time = wanted * limits::poster_interval;
        show.push_until(4 * wanted);
        const auto has_failed = [&] { return posters_count("failed") == failed_before + wanted; };
        async::block_until(has_failed, "a count of the failure");
    }
    pencil.fail_from_now(false);
    CHECK(posters->newest("a") == nullptr);
    clock.time = 3 * limits::poster_interval;
    show.push_until(12);
    CHECK(until_poster("a", 1)->number >= 1);
    CHECK(posters_count("failed") == failed_before + 2);
    const auto is_made = [&] { return posters_count("made") > made_before; };
    async::block_until(is_made, "a count of the poster");
    CHECK(log::recent().read(seq, log::Level::Warning, 10).lines.size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "posters that the disk does not take are counted, and shown") {
    const auto unsaved = [] {
        return metrics::counter("shopcast_posters_unsaved_total", "").value();
    };
    const std::uint64_t before = unsaved();
    fs::create_directories(folder / "a.stream-a.0.jpg.part");  // in the way
    {
        Thumbnailer thumbnailer(posters, pencil.function(), clock);
        Show show(thumbnailer);
        show.push_until(2);
        async::block_until([&] { return unsaved() == before + 1; }, "a count of the failure");
        CHECK(posters->newest("a")->number == 0);
    }
    CHECK(unsaved() >= before + 2);  // and a server that stops tries again
}

TEST_CASE_FIXTURE(Fixture, "the last poster is on the disk when the stream has ended") {
    {
        Thumbnailer thumbnailer(posters, pencil.function(), clock);
        Show show(thumbnailer);
        show.push_until(2);
        until_poster("a", 0);
        clock.time = limits::poster_interval;
        show.push_until(8);
        const auto last = until_poster("a", 1);
        show.stream->end(test::settings().started_at);
        const fs::path file = folder / ("a.stream-a." + std::to_string(last->number) + ".jpg");
        async::block_until([&file] { return fs::exists(file); }, "the poster's file");
    }
    Posters again(folder);
    REQUIRE(again.load({"a"}));
    CHECK(again.newest("a")->number >= 1);
}

TEST_CASE_FIXTURE(Fixture, "a server that stops saves what it shows") {
    std::uint64_t number = 0;
    {
        Thumbnailer thumbnailer(posters, pencil.function(), clock);
        Show show(thumbnailer);
        show.push_until(2);
        until_poster("a", 0);
        clock.time = limits::poster_interval;
        show.push_until(8);
        number = until_poster("a", 1)->number;
    }
    Posters again(folder);
    REQUIRE(again.load({"a"}));
    CHECK(again.newest("a")->number == number);
}

TEST_CASE_FIXTURE(Fixture, "a removed channel's poster goes from an idle thumbnailer's disk") {
    Thumbnailer thumbnailer(posters, pencil.function(), clock);
    Show show(thumbnailer);
    show.push_until(2);
    until_poster("a", 0);
    show.stream->end(test::settings().started_at);
    async::block_until([this] { return !fs::is_empty(folder); }, "the poster's file");
    thumbnailer.keep_only({"b"});
    async::block_until([this] { return fs::is_empty(folder); }, "its end");
    CHECK(posters->newest("a") == nullptr);
}
