// Not a unit test: packages a recording that tests/golden/ffprobe_oracle.sh made, so that ffmpeg
// can judge boxes and playlists. Skipped unless asked for by name.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "base/byte_reader.hpp"
#include "media/live/playlist.hpp"
#include "media/live/test_support.hpp"

using namespace shopcast;
using namespace shopcast::media;

namespace {

ByteVector read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    const std::string content((std::istreambuf_iterator<char>(in)), {});
    const ByteSpan bytes = as_bytes(content);
    return {bytes.begin(), bytes.end()};
}

void write_file(const std::filesystem::path& path, ByteSpan content) {
    std::ofstream out(path, std::ios::binary);
    out.write(as_text(content).data(), static_cast<std::streamsize>(content.size()));
}

Bytes read_blob(ByteReader& in) {
    const std::uint32_t size = *in.u32();
    return Bytes::copy_of(*in.bytes(size));
}

/// u32 width, height, avcC blob; u32 rate, channels, ASC blob; then packets:
/// u8 kind (0 video, 1 audio, 2 new epoch), u8 keyframe, u64 dts, u64 pts, blob.
void package(const std::filesystem::path& in_path, const std::filesystem::path& out_path) {
    const ByteVector file = read_file(in_path);
    ByteReader in(file);
    TrackSet tracks;
    const std::uint32_t width = *in.u32();
    const std::uint32_t height = *in.u32();
    const Bytes avc_record = read_blob(in);
    if (!avc_record.empty()) {
        tracks.video.emplace();
        tracks.video->width = width;
        tracks.video->height = height;
        tracks.video->avc_record = avc_record;
        tracks.video->codec = "avc1." + to_hex(avc_record.span().subspan(1, 3));
    }
    const std::uint32_t rate = *in.u32();
    const std::uint32_t channels = *in.u32();
    const Bytes config = read_blob(in);
    if (!config.empty()) {
        tracks.audio.emplace();
        tracks.audio->sample_rate = rate;
        tracks.audio->channels = channels;
        tracks.audio->audio_specific_config = config;
        tracks.audio->codec = "mp4a.40.2";
    }

    test::Recorder recorder;
    auto stream = *LiveStream::create(test::settings(), recorder);
    REQUIRE(stream->begin_epoch(tracks, test::settings().started_at));
    while (!in.done()) {
        Packet packet;
        const std::uint8_t kind = *in.u8();
        packet.kind = kind == 0 ? TrackKind::Video : TrackKind::Audio;
        packet.keyframe = *in.u8() != 0;
        packet.dts = static_cast<std::int64_t>(*in.u64());
        packet.pts = static_cast<std::int64_t>(*in.u64());
        packet.payload = read_blob(in);
        if (kind == 2) {
            REQUIRE(stream->begin_epoch(tracks, test::settings().started_at));
        } else {
            REQUIRE(stream->push(std::move(packet)));
        }
    }
    stream->end(test::settings().started_at);

    const RenditionSnapshot& src = recorder.src();
    std::filesystem::create_directories(out_path);
    write_file(out_path / "index.m3u8", src.playlist.plain());
    write_file(out_path / "multivariant.m3u8", recorder.last->multivariant.plain());
    for (const auto& epoch : src.epochs) write_file(out_path / init_name(epoch->id), epoch->init);
    for (const auto& segment : src.segments) {
        write_file(out_path / segment_name(*segment), *segment->bytes.read());
        for (std::size_t i = 0; i < segment->parts.size(); ++i) {
            write_file(out_path / part_name(segment->epoch->id, segment->msn, i),
                       *segment->parts[i].bytes.read());
        }
    }
}

}  // namespace

TEST_CASE("package a recording for ffprobe" * doctest::skip()) {
    const char* in = std::getenv("SHOPCAST_ORACLE_IN");
    const char* out = std::getenv("SHOPCAST_ORACLE_OUT");
    REQUIRE(in != nullptr);
    REQUIRE(out != nullptr);
    package(in, out);
}
