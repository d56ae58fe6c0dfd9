#include "wire/aac.hpp"

#include <doctest/doctest.h>

#include "wire/hex_for_tests.hpp"

using namespace shopcast;
using namespace shopcast::wire;

namespace {

AudioSpecificConfig parsed(std::string_view hex) {
    const auto config = AudioSpecificConfig::parse(unhex(hex));
    REQUIRE(config);
    return *config;
}

}  // namespace

TEST_CASE("item 21: AAC-LC configurations of ffmpeg and OBS") {
    const auto ffmpeg = parsed("1190 56e500");  // 48 kHz stereo, "no SBR" said at the end
    CHECK(ffmpeg.sample_rate == 48000);
    CHECK(ffmpeg.channels == 2);
    CHECK(ffmpeg.samples_per_frame == 1024);
    CHECK_FALSE(ffmpeg.has_sbr);
    CHECK(ffmpeg.codec() == "mp4a.40.2");
    CHECK(parsed("1210").sample_rate == 44100);
    CHECK(parsed("1188").channels == 1);
    CHECK(parsed("11b0").channels == 6);
    CHECK(parsed("11b8").channels == 8);
    CHECK(parsed("1194").samples_per_frame == 960);
}

TEST_CASE("item 21: HE-AAC explicitly, and at the end for old decoders") {
    const auto explicit_sbr = parsed("2b118800");  // 24 kHz core, 48 kHz out
    CHECK(explicit_sbr.has_sbr);
    CHECK(explicit_sbr.sample_rate == 24000);
    CHECK(explicit_sbr.codec() == "mp4a.40.5");
    const auto explicit_ps = parsed("eb098800");
    CHECK(explicit_ps.has_ps);
    CHECK(explicit_ps.channels == 1);
    CHECK(explicit_ps.codec() == "mp4a.40.29");
    const auto trailing_sbr = parsed("1310 56e598");
    CHECK(trailing_sbr.has_sbr);
    CHECK(trailing_sbr.sample_rate == 24000);
    CHECK(trailing_sbr.codec() == "mp4a.40.5");
    CHECK(parsed("1308 56e59d4880").codec() == "mp4a.40.29");
}

TEST_CASE("sample rates and object types escape to longer fields") {
    // AAC-LC, index 15, 44,100 in 24 bits, stereo.
    const auto escaped_rate = parsed("1780562210");
    CHECK(escaped_rate.sample_rate == 44100);
    CHECK(escaped_rate.channels == 2);
    // Object type 42 (xHE-AAC) in the escape form.
    CHECK(AudioSpecificConfig::parse(unhex("f946402200")).error().code == Errc::Unsupported);
}

TEST_CASE("a channel configuration of 0 counts the program's elements") {
    // AAC-LC 48 kHz; program config: one front pair, one back single, one LFE.
    // 0000 01 0011 0001 0000 0001 01 000 0000 000, 1 0000, 0 0000, 0000, comment 0
    const auto config = parsed("1180 04c405002000 00");
    CHECK(config.channels == 4);
}

TEST_CASE("reserved and cut configurations are refused") {
    CHECK_FALSE(AudioSpecificConfig::parse({}));
    CHECK_FALSE(AudioSpecificConfig::parse(unhex("11")));
    CHECK_FALSE(AudioSpecificConfig::parse(unhex("1690")));  // rate index 13
    CHECK_FALSE(AudioSpecificConfig::parse(unhex("11c8")));  // channels 9
    CHECK(AudioSpecificConfig::parse(unhex("f9000000")).error().code != Errc::TooLarge);
}

TEST_CASE("an ADTS header left on a raw frame is taken off") {
    const Bytes with_header(unhex("fff14c8001a0fc 2110040060 8c"));
    CHECK(without_adts(with_header).size() == 6);
    const Bytes with_crc(unhex("fff04c8001e0fc abcd 2110040060 8c"));
    CHECK(to_hex(without_adts(with_crc)) == "21100400608c");
    for (const char* raw : {"21100400608c1c00", "fff14c8009a0fc21100400608c", "fff1"}) {
        CHECK(to_hex(without_adts(Bytes(unhex(raw)))) == raw);
    }
}
