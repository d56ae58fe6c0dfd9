#include "ingest/avc_track.hpp"

#include <doctest/doctest.h>

#include "wire/hex_for_tests.hpp"

using namespace shopcast;
using namespace shopcast::ingest;
using wire::unhex;

namespace {

// 64x36 and 1920x1080, as libx264 writes them; both have SPS 0 and PPS 0.
const std::string small_sps = "6742c00ad9047f9f0e6c80000003008000001907891324";
const std::string small_pps = "68cb83cb20";
const std::string large_sps = "674d4028eca03c0113f2e02d4040405000003e90000ea600f1831960";
const std::string large_pps = "68ce0fc8";
const std::string small_header = "0142c00affe10017 " + small_sps + " 010005 " + small_pps;
const std::string large_header = "014d4028ffe1001c " + large_sps + " 010004 " + large_pps;

std::string nal(const std::string& hex) {
    const std::size_t size = unhex(hex).size();
    const ByteVector length = {std::byte{0}, std::byte{0}, std::byte{0},
                               static_cast<std::byte>(size)};
    return to_hex(length) + hex;
}
const std::string idr = nal("6588aa");
const std::string slice = nal("419a38");

AvcTrack configured(const std::string& header) {
    AvcTrack track;
    REQUIRE(track.configure(unhex(header)));
    return track;
}

std::optional<AvcTrack::Picture> picture(AvcTrack& track, const std::string& hex) {
    auto out = track.picture(Bytes(unhex(hex)));
    REQUIRE(out);
    return *out;
}

}  // namespace

TEST_CASE("a sequence header tells size, codec and record") {
    const AvcTrack track = configured(small_header);
    CHECK(track.track()->width == 64);
    CHECK(track.track()->codec == "avc1.42c00a");
    CHECK(track.track()->sample_aspect_ratio == media::PixelAspect{4, 3});
    CHECK(track.track()->colour->full_range);
    CHECK(to_hex(track.track()->avc_record) == to_hex(unhex(small_header)));
    CHECK(track.is_widely_playable());
    CHECK_FALSE(configured("017a0028ffe1001b 677a0028bcb403c0113d45e022000003000200000300641e306540"
                           "01000468ce0fc8fef8f800")
                    .is_widely_playable());
}

TEST_CASE("the NAL units decide what a keyframe is") {
    AvcTrack track = configured(small_header);
    CHECK(picture(track, idr)->is_idr);
    CHECK_FALSE(picture(track, slice)->is_idr);
    CHECK_FALSE(picture(track, nal("0605")));  // SEI alone is no picture
    AvcTrack unknown;
    CHECK_FALSE(picture(unknown, idr));
}

TEST_CASE("a body that is right already is passed on, not copied") {
    AvcTrack track = configured(small_header);
    const Bytes body(unhex(nal("0605") + idr));
    const auto out = track.picture(body);
    CHECK((*out)->sample.span().data() == body.span().data());
}

TEST_CASE("delimiters, filler and known parameter sets do not enter samples") {
    AvcTrack track = configured(small_header);
    const auto out = picture(
        track, nal("09f0") + nal(small_sps) + nal(small_pps) + nal("0605") + idr + nal("0cffff80"));
    CHECK(to_hex(out->sample) == nal("0605") + idr);
    CHECK(track.track()->width == 64);
}

TEST_CASE("item 20: lengths of two bytes become lengths of four") {
    std::string header = small_header;
    header.replace(8, 2, "fd");  // lengthSizeMinusOne = 1
    AvcTrack track = configured(header);
    CHECK(to_hex(picture(track, "0003 6588aa")->sample) == idr);
    CHECK(to_hex(track.track()->avc_record) == to_hex(unhex(small_header)));
}

TEST_CASE("changed parameter sets in band count from an IDR picture on") {
    AvcTrack track = configured(small_header);
    // Before a picture that is not one they are left where they are, for the decoder.
    const auto early = picture(track, nal(large_sps) + slice);
    CHECK(to_hex(early->sample) == nal(large_sps) + slice);
    CHECK(track.track()->width == 64);
    const auto out = picture(track, nal(large_sps) + nal(large_pps) + idr);
    CHECK(to_hex(out->sample) == idr);
    CHECK(track.track()->width == 1920);
    CHECK(to_hex(track.track()->avc_record) == to_hex(unhex(large_header)));
}

TEST_CASE("parameter sets in a message of their own, and without any sequence header") {
    AvcTrack track;
    CHECK_FALSE(picture(track, nal(small_sps) + nal(small_pps)));
    CHECK(track.track()->width == 64);
    CHECK(picture(track, idr));
    AvcTrack annex_b;
    const auto out =
        picture(annex_b, "00000001" + small_sps + "00000001" + small_pps + "0000016588aa");
    CHECK(to_hex(out->sample) == idr);
}

TEST_CASE("item 20: a repeated old header does not undo what came in band") {
    AvcTrack track = configured(small_header);
    picture(track, nal(large_sps) + nal(large_pps) + idr);
    for (int i = 0; i < 3; ++i) {
        REQUIRE(track.configure(unhex(small_header)));
        CHECK(track.track()->width == 1920);
        picture(track, nal(large_sps) + nal(large_pps) + idr);
        CHECK(track.track()->width == 1920);
    }
    REQUIRE(track.configure(unhex(large_header)));
    REQUIRE(track.configure(unhex(small_header)));
    CHECK(track.track()->width == 64);
}

TEST_CASE("a broken header or body leaves the parameters in force") {
    AvcTrack track = configured(small_header);
    CHECK_FALSE(track.configure(unhex("0142c00a")));
    CHECK(track.track()->width == 64);
    CHECK_FALSE(track.picture(Bytes(unhex("00ffffff 65"))));
    CHECK(picture(track, idr)->is_idr);
}
