// Packets in, playlist and boxes out: every tests/golden/packaging/*.test is such a pair.
// SHOPCAST_GOLDEN=write rewrites the expectations; read the difference before committing it.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "media/live/playlist.hpp"
#include "media/live/test_support.hpp"
#include "tests_folder.hpp"
#include "wire/cmaf_reader.hpp"

using namespace shopcast;
using namespace shopcast::media;
using namespace shopcast::media::test;

namespace {

const std::filesystem::path folder = tests_folder() / "golden/packaging";

constexpr std::string_view separator = "----\n";

double number(std::string_view text) {
    return std::strtod(std::string(text).c_str(), nullptr);
}

/// "encoder fps=30 keyframe_every=60 seconds=6": one epoch.
Encoder read_encoder(std::string_view line, double& seconds) {
    Encoder out;
    for (const std::string_view word : split(line, ' ')) {
        const std::size_t equals = word.find('=');
        if (equals == std::string_view::npos) continue;
        const std::string_view name = word.substr(0, equals);
        const double value = number(word.substr(equals + 1));
        if (name == "fps") {
            out.fps = value;
        } else if (name == "keyframe_every") {
            out.keyframe_every = static_cast<int>(value);
        } else if (name == "b_frames") {
            out.b_frames = static_cast<int>(value);
        } else if (name == "audio_rate") {
            out.audio_rate = value;
        } else if (name == "audio_lag_s") {
            out.audio_lag_s = value;
        } else if (name == "variable") {
            out.variable = value;
        } else if (name == "start_s") {
            out.start_s = value;
        } else {
            REQUIRE(name == "seconds");
            seconds = value;
        }
    }
    return out;
}

std::string describe_part(const std::string& name, const Part& part) {
    std::string out = name + "\n";
    const ByteVector bytes = *part.bytes.read();
    const auto fragments = wire::cmaf::read_fragments(bytes);
    REQUIRE(fragments);
    for (const auto& fragment : *fragments) {
        out += fmt::format("  moof {}\n", fragment.sequence_number);
        for (const auto& run : fragment.runs) {
            out += fmt::format("    track {} from {}:", run.track_id, run.decode_time);
            for (const auto& sample : run.samples) {
                out += fmt::format(" {}{}", sample.sync ? "*" : "", sample.duration);
                if (sample.composition_offset != 0) {
                    out += fmt::format("{:+}", sample.composition_offset);
                }
            }
            out += '\n';
        }
    }
    return out;
}

std::string run(std::string_view script) {
    Recorder recorder;
    auto stream = *LiveStream::create(settings(), recorder);
    for (const std::string_view line : split(script, '\n')) {
        if (line == "end") stream->end(settings().started_at + Milliseconds{60'000});
        if (!line.starts_with("encoder")) continue;
        double seconds = 0;
        const Encoder encoder = read_encoder(line, seconds);
        REQUIRE(stream->begin_epoch(encoder.tracks(), settings().started_at));
        PacketSource source(encoder, 1);
        while (source.next_time() < encoder.start_s + seconds) REQUIRE(stream->push(source.next()));
    }
    const RenditionSnapshot& src = recorder.src();
    std::string out(recorder.last->multivariant.plain().text());
    out += separator;
    out += src.playlist.plain().text();
    out += separator;
    std::vector<std::shared_ptr<const Segment>> segments = src.segments;
    if (src.open) segments.push_back(src.open);
    for (const auto& segment : segments) {
        for (std::size_t i = 0; i < segment->parts.size(); ++i) {
            out += describe_part(part_name(segment->epoch->id, segment->msn, i), segment->parts[i]);
        }
    }
    return out;
}

std::string read_file(const std::filesystem::path& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("golden: packets in, playlist and boxes out") {
    int count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() != ".test") continue;
        CAPTURE(entry.path().filename().string());
        const std::string text = read_file(entry.path());
        const std::size_t end = text.find(separator);
        REQUIRE(end != std::string::npos);
        const std::string script = text.substr(0, end);
        const std::string actual = run(script);
        if (std::getenv("SHOPCAST_GOLDEN")) {
            std::ofstream(entry.path()) << script << separator << actual;
        } else {
            CHECK(text.substr(end + separator.size()) == actual);
        }
        ++count;
    }
    CHECK(count >= 14);
}
