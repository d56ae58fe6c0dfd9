// Encoders of every kind, good and bad, on a virtual clock. Each run has a seed; a failure prints
// it, and SHOPCAST_SEED=n runs that one alone. SHOPCAST_RUNS=n runs more.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>
#include <map>
#include <random>
#include <set>

#include "media/live/delivery.hpp"
#include "media/live/playlist_checker.hpp"
#include "media/live/test_support.hpp"
#include "wire/cmaf.hpp"
#include "wire/cmaf_reader.hpp"

using namespace shopcast;
using namespace shopcast::media;
using namespace shopcast::media::test;

namespace {

/// Checks boxes: nothing lost, nothing twice, decode times that go on from part to part.
class BoxChecker {
public:
    explicit BoxChecker(bool exact) : exact_(exact) {}

    void look(const StreamSnapshot& snapshot) {
        const RenditionSnapshot& src = snapshot.renditions.front();
        for (const auto& segment : src.segments) look(*segment);
        if (src.open) look(*src.open);
    }
    std::string problem;
    std::uint64_t video_frames = 0;
    std::uint64_t audio_frames = 0;

private:
    void look(const Segment& segment) {
        if (segment.msn < next_msn_) return;
        for (; next_part_ < segment.parts.size(); ++next_part_) {
            const Part& part = segment.parts[next_part_];
            if (part.gap != part.bytes.empty()) problem = "a gap with bytes, or a part without";
            if (part.gap) {
                for (auto& [track, end] : ends_) end = 0;
                continue;
            }
            if (part.bytes.offset != (next_part_ == 0 || end_ == 0 ? part.bytes.offset : end_)) {
                problem = "parts of a segment do not lie one behind the other";
            }
            end_ = part.bytes.offset + part.bytes.length;
            check(segment, part);
        }
        if (segment.complete) {
            if (!segment.gap && segment.bytes.offset + segment.bytes.length != end_) {
                problem = "a segment is not its parts";
            }
            next_msn_ = segment.msn + 1;
            next_part_ = 0;
            end_ = 0;
        }
    }
    void check(const Segment& segment, const Part& part) {
        const ByteVector bytes = *part.bytes.read();
        const auto fragments = wire::cmaf::read_fragments(bytes);
        if (!fragments || fragments->size() != 1) {
            problem = "a part is not one fragment";
            return;
        }
        bool sync = false;
        for (const auto& run : fragments->front().runs) {
            const bool video = run.track_id == wire::cmaf::video_track_id;
            (video ? video_frames : audio_frames) += run.samples.size();
            std::uint64_t& end = ends_[{segment.epoch->id.value, run.track_id}];
            if (end != 0 && (exact_ ? run.decode_time != end : run.decode_time < end)) {
                problem = fmt::format("segment {}: track {} goes on at {} instead of {}",
                                      segment.msn, run.track_id, run.decode_time, end);
            }
            end = run.end();
            for (const auto& sample : run.samples) {
                sync = sync || (sample.sync && (video || !segment.epoch->tracks.video));
            }
        }
        if (sync != part.independent) problem = "INDEPENDENT does not say what the part contains";
    }

    bool exact_;
    std::uint64_t next_msn_ = 0;
    std::size_t next_part_ = 0;
    std::uint64_t end_ = 0;
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t> ends_;
};

template <typename T>
T pick(std::mt19937_64& random, std::initializer_list<T> from) {
    return *(from.begin() + static_cast<std::ptrdiff_t>(random() % from.size()));
}

Encoder random_encoder(std::mt19937_64& random) {
    Encoder out;
    out.fps =
        pick(random, {0.0, 1.0, 5.0, 10.0, 15.0, 23.976, 25.0, 29.97, 30.0, 30.0, 50.0, 60.0});
    out.keyframe_every =
        pick(random, {1, 2, 5, 10, 15, 29, 30, 48, 50, 60, 61, 90, 100, 125, 250, 400});
    out.b_frames = pick(random, {0, 0, 1, 2, 3});
    out.audio_rate = pick(random, {0.0, 44'100.0, 48'000.0, 48'000.0});
    if (out.fps <= 0 && out.audio_rate <= 0) out.audio_rate = 48'000;
    out.audio_lag_s = pick(random, {0.0, 0.0, 0.04, 0.1, 0.2, 0.3, 0.8});
    out.milliseconds = pick(random, {true, true, false});
    out.jitter_s = pick(random, {0.0, 0.0, 0.001, 0.005}) / std::max(1.0, out.fps / 30);
    out.variable = pick(random, {0.0, 0.0, 0.0, 0.3, 0.9});
    // Around every place where a counter of 24, 31, 32 or 33 bits would turn over.
    out.start_s = pick(random, {0.0, 0.2, 16'777.0, 47'721.0, 95'443.0, 2'147'483.0, 4'294'967.0});
    return out;
}

/// One stream: epochs of random encoders, checked at every publish. Returns the problem.
std::string simulate(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    PlaylistChecker playlists;
    Recorder recorder;
    BoxChecker boxes(false);
    bool may_replan = false;
    std::string independent_problem;
    recorder.on_publish = [&](const StreamSnapshot& snapshot) {
        playlists.look(snapshot, std::exchange(may_replan, false));
        boxes.look(snapshot);
        const bool tag = snapshot.renditions[0].playlist.plain().text().find("INDEPENDENT-SEG") !=
                         std::string_view::npos;
        for (const auto& segment : snapshot.renditions[0].segments) {
            if (tag && !segment->starts_independent && !segment->gap) {
                independent_problem = "EXT-X-INDEPENDENT-SEGMENTS is not true";
            }
        }
    };
    auto stream = *LiveStream::create(settings(), recorder);
    const int epochs = 1 + static_cast<int>(random() % 4);
    WallTime wall = settings().started_at;
    std::uint64_t video_sent = 0;
    for (int epoch = 0; epoch < epochs; ++epoch) {
        const Encoder encoder = random_encoder(random);
        const double seconds = pick(random, {0.3, 3.0, 20.0, 90.0, 120.0});
        PacketSource source(encoder, random());
        may_replan = true;
        REQUIRE(stream->begin_epoch(encoder.tracks(), wall));
        while (source.next_time() < encoder.start_s + seconds) {
            REQUIRE(stream->push(source.next()));
            if (!playlists.problem().empty()) break;
        }
        video_sent += source.video_sent();
        wall += Milliseconds{static_cast<std::int64_t>(seconds * 1000)};
    }
    may_replan = true;
    stream->end(wall);
    if (boxes.video_frames != video_sent) {
        boxes.problem = fmt::format("{} of {} frames arrived", boxes.video_frames, video_sent);
    }
    if (!playlists.problem().empty()) return playlists.problem();
    if (!independent_problem.empty()) return independent_problem;
    return boxes.problem;
}

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text ? parse_int<std::uint64_t>(text).value_or(otherwise) : otherwise;
}

}  // namespace

TEST_CASE("random encoders keep every rule") {
    const std::uint64_t only = from_environment("SHOPCAST_SEED", 0);
    const std::uint64_t runs = from_environment("SHOPCAST_RUNS", 60);
    for (std::uint64_t seed = only ? only : 1; seed <= (only ? only : runs); ++seed) {
        const std::string problem = simulate(seed);
        CHECK_MESSAGE(problem.empty(), "SHOPCAST_SEED=", seed, ": ", problem);
    }
}
