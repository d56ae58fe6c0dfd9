#include "media/keep/recorder.hpp"
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "async/testing.hpp"
#include "base/metrics.hpp"
#include "base/testing.hpp"
#include "media/keep/recording.hpp"
#include "media/limits.hpp"
#include "media/live/playlist.hpp"
#include "media/live/test_support.hpp"

using namespace shopcast;
using namespace shopcast::media;
namespace fs = std::filesystem;

namespace {

std::string text_of(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Hands snapshots on and keeps the segments.
struct Tee final : SnapshotSink {
    explicit Tee(SnapshotSink* to) : next(to) {}
    void publish(std::shared_ptr<const StreamSnapshot> snapshot) override {
        last = snapshot;
        for (const auto& segment : snapshot->renditions.front().segments) {
            if (segments.empty() || segment->msn > segments.back()->msn) {
                segments.push_back(segment);
            }
        }
        if (next != nullptr) next->publish(std::move(snapshot));
    }
    SnapshotSink* next;
    std::shared_ptr<const StreamSnapshot> last;
    std::vector<std::shared_ptr<const Segment>> segments;
};

/// Pushes seconds of a stream through `sink`.
std::unique_ptr<LiveStream> begin_stream(SnapshotSink& sink) {
    auto stream = *LiveStream::create(test::settings(), sink);
    REQUIRE(stream->begin_epoch(test::Encoder{}.tracks(), test::settings().started_at));
    return stream;
}

void push_until(LiveStream& stream, test::PacketSource& source, double seconds) {
    while (source.next_time() < seconds) REQUIRE(stream.push(source.next()));
}

std::size_t count_of(std::string_view text, std::string_view word) {
    std::size_t count = 0;
    for (std::size_t at = text.find(word); at != std::string_view::npos;
         at = text.find(word, at + 1)) {
        ++count;
    }
    return count;
}

std::uint64_t lost_segments() {
    return metrics::counter("shopcast_recording_lost_segments_total", "").value();
}

}  // namespace

TEST_CASE("a recording holds the bytes that were live, and a playlist of all of them") {
    const TemporaryFolder folder;
    Tee tee(nullptr);
    const fs::path here = folder.path / test::settings().id.value;
    {
        Recorder recorder({.folder = folder.path});
        tee.next = &recorder;
        const auto stream = begin_stream(tee);
        test::PacketSource source(test::Encoder{}, 1);
        push_until(*stream, source, 20);
        stream->end(test::settings().started_at);
    }
    REQUIRE(tee.segments.size() >= 9);
    const std::string playlist = text_of(here / "index.m3u8");
    CHECK(playlist.starts_with("#EXTM3U\n"));
    CHECK(playlist.ends_with("#EXT-X-ENDLIST\n"));
    CHECK(count_of(playlist, "#EXTINF:") == tee.segments.size());
    CHECK(count_of(playlist, "#EXT-X-MAP:") == 1);
    CHECK(count_of(playlist, "#EXT-X-PART") == 0);
    for (const auto& segment : tee.segments) {
        const std::string name = segment_name(*segment);
        CHECK(playlist.find(name) != std::string::npos);
        const auto bytes = segment->bytes.read();
        REQUIRE(bytes);
        CHECK(text_of(here / name) == as_text(*bytes));
    }
    CHECK(text_of(here / "init-0.mp4") == tee.segments.front()->epoch->init.text());
}

TEST_CASE("a recording goes on after a crash, behind its last whole line") {
    const TemporaryFolder folder;
    const fs::path here = folder.path / "stream";
    Tee tee(nullptr);
    const auto stream = begin_stream(tee);
    test::PacketSource source(test::Encoder{}, 1);
    push_until(*stream, source, 12);
    {
        auto recording = Recording::open(here, Milliseconds(4000));
        REQUIRE(recording);
        for (std::size_t i = 0; i < 3; ++i) REQUIRE(recording->append(*tee.segments[i]));
    }
    const std::string whole = text_of(here / "index.m3u8");
    for (const std::string_view torn :
         {"#EXT-X-PROGRAM-DATE-TIME:2026", "#EXT-X-GAP\n#EXTINF:2.0,\n", "#EXTINF:2.0,\n0-3.m4"}) {
        std::ofstream(here / "index.m3u8", std::ios::app) << torn;
        auto again = Recording::open(here, Milliseconds(4000));
        REQUIRE(again);
        CHECK(text_of(here / "index.m3u8") == whole);
    }
    auto recording = Recording::open(here, Milliseconds(4000));
    REQUIRE(recording->append(*tee.segments[3]));
    REQUIRE(recording->end());
    const std::string playlist = text_of(here / "index.m3u8");
    CHECK(playlist.starts_with(whole));
    CHECK(count_of(playlist, "#EXTM3U") == 1);
    CHECK(count_of(playlist, "#EXTINF:") == 4);
}

TEST_CASE("a full disk costs the recording and nothing else") {
    const TemporaryFolder folder;
    const std::uint64_t lost_before = lost_segments();
    {
        Recorder recorder({.folder = folder.path, .keep_free_bytes = std::uint64_t{1} << 60});
        const auto stream = begin_stream(recorder);
        test::PacketSource source(test::Encoder{}, 1);
        CHECK(recorder.conditions().empty());
        push_until(*stream, source, 10);
        const auto is_told = [&] { return !recorder.conditions().empty(); };
        async::block_until(is_told, "the condition");
        CHECK(recorder.conditions().front().code == "recording_disk");
    }
    CHECK(lost_segments() - lost_before >= 4);
    CHECK_FALSE(fs::exists(folder.path / test::settings().id.value / "0-0.m4s"));
}

TEST_CASE("a disk that does not answer holds nobody up") {
    const TemporaryFolder folder;
    const fs::path here = folder.path / test::settings().id.value;
    fs::create_directories(here);
    ::signal(SIGPIPE, SIG_IGN);
    // Opening a pipe that nobody reads waits for ever, as a dead network disk does.
    REQUIRE(::mkfifo((here / "init-0.mp4").c_str(), 0600) == 0);
    const std::uint64_t lost_before = lost_segments();
    {
        Recorder recorder({.folder = folder.path});
        test::Encoder small;
        small.keyframe_every = 60;
        const auto stream = begin_stream(recorder);
        test::PacketSource source(small, 1);
        // Two seconds a segment: more of them than the queue holds.
        push_until(*stream, source, 2.0 * (limits::recording_queue_segments_max + 20));
        CHECK(lost_segments() - lost_before >= 10);
        const int reader = ::open((here / "init-0.mp4").c_str(), O_RDONLY | O_NONBLOCK);
        REQUIRE(reader >= 0);
        ::close(reader);
    }
}

TEST_CASE("recordings are removed when their time is over") {
    const TemporaryFolder folder;
    for (const std::string name : {"old", "new"}) {
        fs::create_directories(folder.path / name);
        std::ofstream(folder.path / name / "index.m3u8") << "#EXTM3U\n";
    }
    const auto now = fs::file_time_type::clock::now();
    fs::last_write_time(folder.path / "old" / "index.m3u8", now - std::chrono::hours(48));
    fs::create_directories(folder.path / "something else");
    remove_recordings(folder.path, now - std::chrono::hours(24));
    CHECK_FALSE(fs::exists(folder.path / "old"));
    CHECK(fs::exists(folder.path / "new"));
    CHECK(fs::exists(folder.path / "something else"));
    remove_recordings(folder.path / "missing", now);
}
