// What the recorder's queue takes and what it leaves out, to the segment and to the byte.
#include <fcntl.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

#include "async/testing.hpp"
#include "base/log_ring.hpp"
#include "base/metrics.hpp"
#include "base/testing.hpp"
#include "media/keep/recorder.hpp"
#include "media/limits.hpp"
#include "media/live/test_support.hpp"

using namespace shopcast;
using namespace shopcast::media;
namespace fs = std::filesystem;

namespace {

std::uint64_t lost_segments() {
    return metrics::counter("shopcast_recording_lost_segments_total", "").value();
}

std::uint64_t written_segments() {
    return metrics::counter("shopcast_recording_segments_total", "").value();
}

/// How often a loss was logged behind line `seq`.
std::ptrdiff_t losses_told(std::uint64_t seq) {
    const auto lines =
        log::recent().read(seq, log::Level::Error, limits::log_ring_lines_of_level_max).lines;
    return std::ranges::count(lines, "recording.segment_lost", &log::Line::event);
}

std::uint64_t log_seq() {
    return log::recent().read(0, log::Level::Error, 0).last_seq;
}

std::int64_t queued_bytes() {
    return metrics::gauge("shopcast_recording_queue_bytes", "").value();
}

/// Segments of so many bytes, which nobody reads: they are gaps.
std::shared_ptr<const StreamSnapshot> shown(const std::string& stream, std::uint64_t first_msn,
                                            std::initializer_list<std::uint64_t> lengths,
                                            bool ended = false) {
    auto snapshot = std::make_shared<StreamSnapshot>();
    snapshot->id = StreamId(stream);
    snapshot->target_duration = Milliseconds{4000};
    if (ended) snapshot->ended_at = WallTime{};
    snapshot->renditions.resize(1);
    for (const std::uint64_t length : lengths) {
        Segment segment;
        segment.msn = first_msn++;
        segment.epoch = std::make_shared<const Epoch>(Epoch{.init = Bytes("init")});
        segment.gap = true;
        segment.bytes.length = length;
        snapshot->renditions[0].segments.push_back(
            std::make_shared<const Segment>(std::move(segment)));
    }
    return snapshot;
}

/// A recorder whose disk stands still: its first init segment goes into a pipe that nobody reads.
struct HeldRecorder {
    HeldRecorder() {
        char name[] = "/tmp/shopcast-test-XXXXXX";
        folder = ::mkdtemp(name);
        fs::create_directories(folder / "held");
        pipe = folder / "held" / "init-0.mp4";
        REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
        const int watch = ::inotify_init1(IN_CLOEXEC);
        REQUIRE(::inotify_add_watch(watch, (folder / "held").c_str(), IN_CREATE) >= 0);
        recorder = std::make_unique<media::Recorder>(RecorderSettings{.folder = folder});
        publish("held", {1});
        // The playlist is there when the segment has left the queue.
        char event[4096];
        REQUIRE(::read(watch, event, sizeof event) > 0);
        ::close(watch);
    }
    ~HeldRecorder() {
        const int reader = ::open(pipe.c_str(), O_RDONLY | O_NONBLOCK);
        recorder.reset();
        ::close(reader);
        fs::remove_all(folder);
    }
    HeldRecorder(const HeldRecorder&) = delete;
    HeldRecorder& operator=(const HeldRecorder&) = delete;

    void publish(const std::string& stream, std::initializer_list<std::uint64_t> lengths,
                 bool ended = false) {
        recorder->publish(shown(stream, next_msn, lengths, ended));
        next_msn += lengths.size();
    }

    fs::path folder;
    fs::path pipe;
    std::uint64_t next_msn = 0;
    std::unique_ptr<media::Recorder> recorder;
};

}  // namespace

TEST_CASE("bounds: as many segments wait for the disk as the limit says") {
    HeldRecorder held;
    const std::uint64_t before = lost_segments();
    const std::uint64_t seq = log_seq();
    for (std::size_t i = 0; i < limits::recording_queue_segments_max; ++i) held.publish("a", {1});
    CHECK(lost_segments() == before);
    held.publish("a", {1});
    CHECK(lost_segments() == before + 1);
    held.publish("a", {1, 1});
    CHECK(lost_segments() == before + 3);
    CHECK(losses_told(seq) == 1);  // a disk that fails does so for every segment
}

TEST_CASE("bounds: as many bytes wait for the disk as the limit says") {
    HeldRecorder held;
    const std::uint64_t before = lost_segments();
    CHECK(queued_bytes() == 1);  // on their way
    held.publish("a", {limits::recording_queue_bytes_max - 2});
    CHECK(lost_segments() == before);
    held.publish("a", {2});
    CHECK(lost_segments() == before + 1);
    CHECK(queued_bytes() == static_cast<std::int64_t>(limits::recording_queue_bytes_max) - 1);
    held.publish("a", {1});
    CHECK(lost_segments() == before + 1);
    CHECK(queued_bytes() == static_cast<std::int64_t>(limits::recording_queue_bytes_max));
    held.publish("a", {}, true);
    CHECK(lost_segments() == before + 1);
}

TEST_CASE("bounds: each segment is recorded once, from the first that the recorder was shown") {
    fs::path folder;
    {
        HeldRecorder held;
        folder = held.folder / "a" / "index.m3u8";
        auto snapshot = std::make_shared<StreamSnapshot>();
        snapshot->id = StreamId("a");
        snapshot->renditions.resize(1);
        held.recorder->publish(snapshot);  // nothing yet
        held.next_msn = 5;
        held.publish("a", {1, 1});
        held.next_msn = 6;
        held.publish("a", {1, 1});
        held.next_msn = 6;
        held.publish("a", {1, 1}, true);
        const int reader = ::open(held.pipe.c_str(), O_RDONLY | O_NONBLOCK);
        held.recorder.reset();
        ::close(reader);
        std::ifstream file(folder);
        const std::string playlist{std::istreambuf_iterator<char>(file), {}};
        std::vector<std::string> names;
        for (const std::string_view line : split(playlist, '\n')) {
            if (line.ends_with(".m4s")) names.emplace_back(line);
        }
        CHECK(names == std::vector<std::string>{"0-5.m4s", "0-6.m4s", "0-7.m4s"});
        CHECK(playlist.ends_with("#EXT-X-ENDLIST\n"));
        CHECK(queued_bytes() == 0);
    }
}

TEST_CASE("a stream whose folder cannot be made loses its segments, others are written") {
    const TemporaryFolder folder;
    std::ofstream(folder.path / "a") << "in the way";
    const std::uint64_t lost_before = lost_segments();
    const std::uint64_t written_before = written_segments();
    {
        media::Recorder recorder({.folder = folder.path});
        recorder.publish(shown("a", 0, {1, 1}, true));
        recorder.publish(shown("b", 0, {1, 1, 1}, true));
    }
    CHECK(lost_segments() - lost_before == 2);
    CHECK(written_segments() - written_before == 3);
    CHECK(queued_bytes() == 0);
}

TEST_CASE("old recordings go when a recorder begins, unless they are kept for ever") {
    const TemporaryFolder folder;
    const fs::path old = folder.path / "old";
    const auto make_old = [&old] {
        fs::create_directories(old);
        std::ofstream(old / "index.m3u8") << "#EXTM3U\n";
        fs::last_write_time(old / "index.m3u8",
                            fs::file_time_type::clock::now() - std::chrono::hours(48));
    };
    make_old();
    {
        const media::Recorder for_ever({.folder = folder.path});
    }
    CHECK(fs::exists(old));
    {
        const media::Recorder long_enough(
            {.folder = folder.path, .keep_for = std::chrono::hours(72)});
    }
    CHECK(fs::exists(old));
    {
        media::Recorder for_a_day({.folder = folder.path, .keep_for = std::chrono::hours(24)});
        async::block_until([&old] { return !fs::exists(old); }, "the removal");
        make_old();
        // They are looked for once an hour, not with every segment.
        for_a_day.publish(shown("a", 0, {1, 1}, true));
    }
    CHECK(fs::exists(old));
}
