#include "wire/h264.hpp"

#include <doctest/doctest.h>

#include "wire/hex_for_tests.hpp"

using namespace shopcast;
using namespace shopcast::wire;

namespace {

// Sequence headers that ffmpeg 5.1 with libx264 wrote into FLV.
// 1920x1080 (cropped from 1088), 29.97 fps, BT.709, Main.
const char* const hd_record =
    "014d4028ffe1001c 674d4028eca03c0113f2e02d4040405000003e90000ea600f1831960 01000468ce0fc8";
// 64x36, SAR 4:3, full range, baseline.
const char* const tiny_record =
    "0142c00affe10017 6742c00ad9047f9f0e6c80000003008000001907891324 01000568cb83cb20";
// 720x576, SAR 64:45, interlaced, 4:2:2, 10 bit.
const char* const interlaced_record =
    "017a001effe1001e 677a001eb6cd940b424dff802000168800000300080000030190f8a14cb0 0100 0668 "
    "fba3cb22c0fefafa00";
// 320x240, 4:4:4, JVT scaling matrices.
const char* const matrix_record =
    "01f4000cffe10019 67f4000c919b28283f6022000003000200000300281e28532c 010008 68ebe3c44c000440 "
    "fff8f800";

AvcRecord parsed(std::string_view hex) {
    const auto record = AvcRecord::parse(unhex(hex));
    REQUIRE(record);
    return *record;
}

}  // namespace

TEST_CASE("an SPS tells size after cropping, colour, frame rate and codec") {
    const auto sps = parsed(hd_record).parse_sps();
    REQUIRE(sps);
    CHECK(sps->width == 1920);
    CHECK(sps->height == 1080);
    CHECK(sps->codec() == "avc1.4d4028");
    CHECK(*sps->frame_rate == doctest::Approx(30000.0 / 1001));
    CHECK(sps->colour == Sps::Colour{.primaries = 1, .transfer = 1, .matrix = 1});
    CHECK_FALSE(sps->interlaced);
}

TEST_CASE("an SPS tells sample aspect ratios, from the table and in numbers") {
    const auto tiny = parsed(tiny_record).parse_sps();
    CHECK(tiny->width == 64);
    CHECK(tiny->height == 36);
    CHECK(tiny->sample_aspect_ratio == Sps::Ratio{4, 3});
    CHECK(tiny->colour->full_range);
    const auto interlaced = parsed(interlaced_record).parse_sps();
    CHECK(interlaced->sample_aspect_ratio == Sps::Ratio{64, 45});
}

TEST_CASE("an SPS of a high profile is read past chroma, bit depth and scaling matrices") {
    const auto interlaced = parsed(interlaced_record).parse_sps();
    CHECK(interlaced->width == 720);
    CHECK(interlaced->height == 576);
    CHECK(interlaced->interlaced);
    CHECK(interlaced->chroma_format == 2);
    CHECK(interlaced->bit_depth_luma == 10);
    const auto matrix = parsed(matrix_record).parse_sps();
    CHECK(matrix->width == 320);
    CHECK(matrix->height == 240);
    CHECK(matrix->chroma_format == 3);
    CHECK(*matrix->frame_rate == doctest::Approx(10));
}

TEST_CASE("cropping counts chroma samples, and field lines twice") {
    // libx264: 1918x1078 in 4:2:2 (rows one by one), 720x484 interlaced (rows by fours).
    const auto high422 = parse_sps(unhex("677a0028bcb403c0113d45e022000003000200000300641e306540"));
    CHECK(high422->width == 1918);
    CHECK(high422->height == 1078);
    const auto fields = parse_sps(unhex("674d401ef405a107e23011000003000100000300321f142aa0"));
    CHECK(fields->width == 720);
    CHECK(fields->height == 484);
    CHECK(fields->interlaced);
}

TEST_CASE("a broken SPS is refused, a broken VUI is not") {
    CHECK_FALSE(parse_sps(unhex("67")));
    CHECK_FALSE(parse_sps(unhex("68ce0fc8")));
    CHECK_FALSE(parse_sps(unhex("674d4028")));
    CHECK_FALSE(parse_sps(unhex("674d4028ec")));
    const auto cut = parse_sps(unhex("674d4028eca03c0113f2e02d40"));
    REQUIRE(cut);
    CHECK(cut->width == 1920);
}

TEST_CASE("emulation prevention bytes are taken out, and only those") {
    CHECK(to_hex(to_rbsp(unhex("0000030000030100000300"))) == "0000000001000000");
    CHECK(to_hex(to_rbsp(unhex("00000000030003"))) == "000000000003");
}

TEST_CASE("a record is written back with lengths of four bytes and its high-profile tail") {
    for (const char* hex : {hd_record, tiny_record, interlaced_record, matrix_record}) {
        const AvcRecord record = parsed(hex);
        CHECK(to_hex(record.serialize()) == to_hex(unhex(hex)));
    }
    ByteVector two_byte_lengths = unhex(hd_record);
    two_byte_lengths[4] = std::byte{0xFD};
    const auto record = AvcRecord::parse(two_byte_lengths);
    CHECK(record->nal_length_size == 2);
    CHECK(to_hex(record->serialize()) == to_hex(unhex(hd_record)));
}

TEST_CASE("item 22: HEVC under AVC's codec id is recognised") {
    // hvcC as x265 gives it: 22 bytes, 4 arrays, the first of VPS.
    const auto hevc = AvcRecord::parse(
        unhex("01 01 60000000 900000000000 5d f000 fc fd f8 f8 0000 0f 04 a0 0001 0018 40010c01"));
    REQUIRE_FALSE(hevc);
    CHECK(hevc.error().code == Errc::Unsupported);
    CHECK(hevc.error().message.find("HEVC") != std::string::npos);
    CHECK(AvcRecord::parse(unhex("01")).error().code == Errc::Malformed);
    CHECK(AvcRecord::parse(unhex("014d4028ffe000")).error().code == Errc::Malformed);
}

TEST_CASE("a sequence header in Annex B form is understood") {
    const auto record =
        AvcRecord::parse(unhex("00000001 674d4028eca03c0113f2e02d40 000001 68ce0fc8"));
    REQUIRE(record);
    CHECK(record->parse_sps()->width == 1920);
    CHECK(record->pps.size() == 1);
}

TEST_CASE("a parameter set takes the place of the one with its id, or joins") {
    const AvcRecord record = parsed(hd_record);
    const ByteVector tiny_sps = unhex("6742c00ad9047f9f0e6c80000003008000001907891324");
    CHECK(record.contains(unhex("68ce0fc8")));
    CHECK_FALSE(record.contains(tiny_sps));
    const auto changed = record.with(tiny_sps);
    REQUIRE(changed);
    CHECK(changed->sps.size() == 1);
    CHECK(changed->parse_sps()->width == 64);
    const auto joined = record.with(unhex("684e0fc8"));  // pps id 1
    REQUIRE(joined);
    CHECK(joined->pps.size() == 2);
    CHECK_FALSE(record.with(unhex("67")));
}

TEST_CASE("item 20: NAL units are cut by the record's length size, not by four") {
    for (const auto& [size, hex] : {std::pair{1, "02 09f0 03 6588aa 02 0cff"},
                                    std::pair{2, "0002 09f0 0003 6588aa 0002 0cff"},
                                    std::pair{3, "000002 09f0 000003 6588aa 000002 0cff"},
                                    std::pair{4, "00000002 09f0 00000003 6588aa 00000002 0cff"}}) {
        const ByteVector body = unhex(hex);
        const auto unit = split_access_unit(body, static_cast<std::uint8_t>(size));
        REQUIRE(unit);
        REQUIRE(unit->nals.size() == 3);
        CHECK(unit->is_exact == (size == 4));
        CHECK(unit->has(NalType::Idr));
        CHECK(unit->has(NalType::AccessUnitDelimiter));
        CHECK(unit->has(NalType::Filler));
        CHECK(unit->has_picture());
        CHECK(to_hex(join_nals(unit->nals)) == "0000000209f0000000036588aa000000020cff");
    }
}

TEST_CASE("lengths that do not fit are Annex B or an error; padding and empty units are harmless") {
    const ByteVector annex_b = unhex("00000001 09f0 000001 6588aa00 00000001 06 05");
    const auto unit = split_access_unit(annex_b, 4);
    REQUIRE(unit);
    CHECK_FALSE(unit->is_exact);
    CHECK(to_hex(join_nals(unit->nals)) == "0000000209f0000000036588aa000000020605");
    CHECK_FALSE(split_access_unit(unhex("00000009 6588aa"), 4));

    const ByteVector padded = unhex("00000003 6588aa 00000000 0000");
    const auto tolerated = split_access_unit(padded, 4);
    REQUIRE(tolerated);
    CHECK(tolerated->nals.size() == 1);
    CHECK_FALSE(tolerated->is_exact);
    CHECK_FALSE(split_access_unit(unhex("00000003 6588aa 0000"), 4)->is_exact);
    CHECK(split_access_unit({}, 4)->nals.empty());
}
