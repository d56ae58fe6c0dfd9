#include "media/keep/recording.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <fstream>
#include <iterator>

#include "base/limits.hpp"
#include "base/log_ring.hpp"
#include "base/metrics.hpp"
#include "base/testing.hpp"
#include "media/live/mem_file.hpp"
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

/// Segments of bytes that differ from place to place.
struct Source {
    std::shared_ptr<const Epoch> epoch(std::uint32_t id) const {
        Epoch out;
        out.id = EpochId(id);
        out.init = Bytes("init " + std::to_string(id));
        return std::make_shared<const Epoch>(std::move(out));
    }
    Segment segment(std::uint64_t msn, std::size_t bytes, std::uint32_t epoch_id = 0) {
        Segment out;
        out.msn = msn;
        out.epoch = epoch(epoch_id);
        out.duration = 2 * ticks_per_second;
        out.complete = true;
        texts.emplace_back(bytes, '.');
        for (std::size_t i = 0; i < bytes; ++i) texts.back()[i] = static_cast<char>('a' + i % 23);
        const ByteSpan pieces[] = {as_bytes(texts.back())};
        auto slice = file->append(file->begin_region(), pieces);
        REQUIRE(slice);
        out.bytes = *slice;
        return out;
    }

    std::shared_ptr<MemFile> file = *MemFile::create();
    std::vector<std::string> texts;
};

Recording open_recording(const fs::path& folder) {
    auto recording = Recording::open(folder, Milliseconds{4000});
    REQUIRE(recording);
    return std::move(*recording);
}

std::size_t count_of(std::string_view text, std::string_view word) {
    std::size_t count = 0;
    for (std::size_t at = text.find(word); at != std::string_view::npos;
         at = text.find(word, at + 1)) {
        ++count;
    }
    return count;
}

}  // namespace

TEST_CASE("segments are copied whole, whatever their length") {
    const TemporaryFolder folder;
    Source source;
    Recording recording = open_recording(folder.path);
    std::uint64_t msn = 0;
    for (const std::size_t length : {1UL, 256 * limits::KiB, 256 * limits::KiB + 1, 700'000UL}) {
        const Segment segment = source.segment(msn++, length);
        REQUIRE(recording.append(segment));
        CHECK(text_of(folder.path / segment_name(segment)) == source.texts.back());
    }
    // What the memory file does not hold is an error.
    Segment longer = source.segment(msn, 10);
    longer.bytes.length = 20'000;
    const auto refused = recording.append(longer);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::Io);
    CHECK_FALSE(fs::exists(folder.path / segment_name(longer)));
}

TEST_CASE("an init segment is written once an epoch, and named where it begins") {
    const TemporaryFolder folder;
    Source source;
    Recording recording = open_recording(folder.path);
    for (std::uint64_t msn = 0; msn < 2; ++msn) REQUIRE(recording.append(source.segment(msn, 5)));
    Segment second = source.segment(2, 5, 1);
    second.discontinuity = true;
    REQUIRE(recording.append(second));
    REQUIRE(recording.append(source.segment(3, 5, 1)));
    const std::string playlist = text_of(folder.path / "index.m3u8");
    CHECK(count_of(playlist, "#EXT-X-MAP:") == 2);
    CHECK(count_of(playlist, "#EXT-X-DISCONTINUITY\n") == 1);
    CHECK(count_of(playlist, "#EXTINF:") == 4);
    CHECK(text_of(folder.path / "init-1.mp4") == "init 1");
}

TEST_CASE("behind a segment that is missing the recording goes on with a discontinuity") {
    const TemporaryFolder folder;
    Source source;
    Recording recording = open_recording(folder.path);
    REQUIRE(recording.append(source.segment(0, 5)));
    fs::create_directory(folder.path / "0-1.m4s");  // in the way
    CHECK_FALSE(recording.append(source.segment(1, 5)));
    CHECK(count_of(text_of(folder.path / "index.m3u8"), "#EXT-X-DISCONTINUITY\n") == 0);
    Recording moved = std::move(recording);
    REQUIRE(moved.append(source.segment(2, 5)));
    REQUIRE(moved.append(source.segment(3, 5)));
    const std::string playlist = text_of(folder.path / "index.m3u8");
    CHECK(count_of(playlist, "#EXT-X-DISCONTINUITY\n") == 1);
    CHECK(count_of(playlist, "#EXT-X-MAP:") == 1);
    CHECK(count_of(playlist, "#EXTINF:") == 3);
    CHECK(playlist.find("0-1.m4s") == std::string::npos);
}

TEST_CASE("a gap is named and has no file") {
    const TemporaryFolder folder;
    Source source;
    Recording recording = open_recording(folder.path);
    Segment gap = source.segment(0, 5);
    gap.gap = true;
    REQUIRE(recording.append(gap));
    CHECK_FALSE(fs::exists(folder.path / segment_name(gap)));
    CHECK(count_of(text_of(folder.path / "index.m3u8"), "#EXT-X-GAP\n") == 1);
    REQUIRE(recording.end());
    CHECK(text_of(folder.path / "index.m3u8").ends_with("#EXT-X-ENDLIST\n"));
}

TEST_CASE("a head that was torn is written anew, a whole one is kept") {
    const TemporaryFolder folder;
    (void)open_recording(folder.path / "whole");
    const std::string head = text_of(folder.path / "whole" / "index.m3u8");
    CHECK(head.starts_with("#EXTM3U\n"));
    for (const std::size_t length : {head.size() / 2, head.size() - 1}) {
        fs::create_directories(folder.path / "torn");
        std::ofstream(folder.path / "torn" / "index.m3u8") << head.substr(0, length);
        (void)open_recording(folder.path / "torn");
        CHECK(text_of(folder.path / "torn" / "index.m3u8") == head);
    }
    std::ofstream(folder.path / "whole" / "index.m3u8", std::ios::app) << "#EXT-X-MAP:URI=\"in";
    (void)open_recording(folder.path / "whole");
    CHECK(text_of(folder.path / "whole" / "index.m3u8") == head);
}

TEST_CASE("a recording whose folder cannot be used is refused") {
    const TemporaryFolder folder;
    std::ofstream(folder.path / "file") << "in the way";
    CHECK_FALSE(Recording::open(folder.path / "file" / "a", Milliseconds{4000}));
    fs::create_directories(folder.path / "a" / "index.m3u8");
    const auto refused = Recording::open(folder.path / "a", Milliseconds{4000});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.starts_with("open "));
}

TEST_CASE("recordings are removed from the moment on, not before") {
    const TemporaryFolder folder;
    const auto moment = fs::file_time_type::clock::now() - std::chrono::hours(1);
    const auto recorded = [&](const std::string& name, std::chrono::seconds after) {
        fs::create_directories(folder.path / name);
        std::ofstream(folder.path / name / "index.m3u8") << "#EXTM3U\n";
        fs::last_write_time(folder.path / name / "index.m3u8", moment + after);
    };
    recorded("before", std::chrono::seconds(-1));
    recorded("at", std::chrono::seconds(0));
    recorded("after", std::chrono::seconds(1));
    remove_recordings(folder.path, fs::last_write_time(folder.path / "at" / "index.m3u8"));
    CHECK_FALSE(fs::exists(folder.path / "before"));
    CHECK(fs::exists(folder.path / "at"));
    CHECK(fs::exists(folder.path / "after"));
}

TEST_CASE("a folder that is not there holds no recordings; one that cannot be read is told of") {
    const TemporaryFolder folder;
    std::ofstream(folder.path / "file") << "in the way";
    const auto told = [&](const std::string& name) {
        const std::uint64_t seq = log::recent().read(0, log::Level::Warning, 0).last_seq;
        remove_recordings(folder.path / name, fs::file_time_type::clock::now());
        return log::recent().read(seq, log::Level::Warning, 10).lines.size();
    };
    CHECK(told("missing") == 0);
    CHECK(told("file") == 1);
}
