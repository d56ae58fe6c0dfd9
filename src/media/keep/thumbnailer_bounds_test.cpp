// What the thumbnailer's queue takes, to the stream, and when posters reach the disk.
#include <stdlib.h>

#include <doctest/doctest.h>

#include <atomic>
#include <filesystem>
#include <future>

#include "base/metrics.hpp"
#include "media/keep/thumbnailer.hpp"
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

std::uint64_t count_of(std::string_view result) {
    return metrics::counter("shopcast_posters_total", "", {{"result", result}}).value();
}

/// Snapshots of as many streams as wanted, all with one keyframe.
struct Rig {
    Rig() {
        char name[] = "/tmp/shopcast-test-XXXXXX";
        folder = ::mkdtemp(name);
        posters = std::make_shared<Posters>(folder);
        REQUIRE(posters->load({}));
        test::Recorder recorder;
        auto stream = *LiveStream::create(test::settings(), recorder);
        const test::Encoder encoder{.keyframe_every = 600};
        REQUIRE(stream->begin_epoch(encoder.tracks(), test::settings().started_at));
        test::PacketSource source(encoder, 1);
        while (source.next_time() < 0.8) REQUIRE(stream->push(source.next()));
        live = recorder.last;
    }
    ~Rig() { fs::remove_all(folder); }
    Rig(const Rig&) = delete;
    Rig& operator=(const Rig&) = delete;

    /// Draws nothing before `go`; tells each drawing.
    Thumbnailer::Draw draw() {
        return [this](ByteSpan, ByteSpan) -> Result<Bytes> {
            ++drawings;
            drawings.notify_all();
            gone.wait();
            return Bytes(std::string("jpeg"));
        };
    }
    void until(int wanted) const {
        for (int seen = drawings; seen < wanted; seen = drawings) drawings.wait(seen);
    }
    std::shared_ptr<StreamSnapshot> of(const std::string& name) const {
        auto out = std::make_shared<StreamSnapshot>(*live);
        out->id = StreamId(name);
        out->channel = name;
        return out;
    }
    /// The same with a keyframe `msn` segments later.
    std::shared_ptr<StreamSnapshot> later(const std::string& name, std::uint64_t msn) const {
        auto out = of(name);
        auto open = std::make_shared<Segment>(*out->renditions[0].open);
        open->msn = msn;
        out->renditions[0].open = std::move(open);
        return out;
    }

    fs::path folder;
    std::shared_ptr<Posters> posters;
    std::shared_ptr<const StreamSnapshot> live;
    TurnedClock clock;
    std::promise<void> go;
    std::shared_future<void> gone = go.get_future().share();
    std::atomic<int> drawings = 0;
};

}  // namespace

TEST_CASE_FIXTURE(Rig, "bounds: as many streams wait for their poster as the limit says") {
    Thumbnailer thumbnailer(posters, draw(), clock);
    thumbnailer.publish(of("first"));
    until(1);  // and it stands still
    const std::uint64_t before = count_of("dropped");
    const auto dropped = [before] { return count_of("dropped") - before; };
    for (std::size_t i = 1; i < limits::poster_queue_max; ++i) {
        thumbnailer.publish(of(std::to_string(i)));
    }
    // One that waits already changes its wish, and takes no second place.
    clock.time = limits::poster_interval;
    thumbnailer.publish(later("1", 0));  // no newer keyframe
    CHECK(dropped() == 0);
    thumbnailer.publish(later("1", 1));
    CHECK(dropped() == 1);
    thumbnailer.publish(of("last"));
    CHECK(dropped() == 1);
    thumbnailer.publish(of("one more"));
    CHECK(dropped() == 2);
    // It wishes again with its next snapshot.
    thumbnailer.publish(of("one more"));
    CHECK(dropped() == 3);
    clock.time = 2 * limits::poster_interval;
    thumbnailer.publish(later("1", 2));
    CHECK(dropped() == 4);
    go.set_value();
}

TEST_CASE_FIXTURE(Rig, "bounds: a live stream's poster is saved when its time has come") {
    go.set_value();
    Thumbnailer thumbnailer(posters, draw(), clock);
    const auto saved = [&](std::uint64_t number) {
        return fs::exists(folder / ("a.a." + std::to_string(number) + ".jpg"));
    };
    int shown = 0;
    const auto show = [&](Milliseconds at, std::uint64_t msn) {
        clock.time = at;
        thumbnailer.publish(later("a", msn));
        // The next stream's turn is behind this one's.
        thumbnailer.publish(of("behind-" + std::to_string(msn)));
        shown += 2;
        until(shown);
    };
    show(0ms, 0);
    CHECK(saved(0));
    show(limits::poster_saved_every - 1ms, 1);
    CHECK_FALSE(saved(1));
    show(2 * limits::poster_saved_every, 2);
    CHECK(saved(2));
    CHECK_FALSE(saved(0));
    CHECK(posters->newest("a")->number == 2);
}
