#include "media/live_stream.hpp"

#include <doctest/doctest.h>

#include "media/test_support.hpp"
#include "wire/cmaf_reader.hpp"
#include "wire/gzip.hpp"

using namespace shopcast;
using namespace shopcast::media;
using namespace shopcast::media::test;

namespace {

std::string run(const Encoder& encoder, double seconds, bool end = false) {
    Recorder recorder;
    auto stream = *LiveStream::create(settings(), recorder);
    REQUIRE(stream->begin_epoch(encoder.tracks(), settings().started_at));
    PacketSource source(encoder, 1);
    while (source.next_time() < seconds) REQUIRE(stream->push(source.next()));
    if (end) stream->end(settings().started_at);
    return std::string(recorder.src().playlist.plain.text());
}

}  // namespace

TEST_CASE("first look") {
    MESSAGE(run({.fps = 30, .keyframe_every = 60}, 9.1));
    MESSAGE(run({.fps = 29.97, .keyframe_every = 250, .b_frames = 2}, 21, true));
    MESSAGE(run({.fps = 5, .keyframe_every = 5}, 10));
    MESSAGE(run({.fps = 0}, 10));
    MESSAGE(run({.fps = 30, .keyframe_every = 60, .variable = 0.9}, 10));
}
