#include "wire/cmaf.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "base/text.hpp"
#include "wire/cmaf_reader.hpp"

using namespace shopcast;
using namespace shopcast::wire::cmaf;

namespace {

const ByteVector avc_record = *from_hex("0164001fffe100086764001facd9405001000468ee3cb0");
const ByteVector aac_config = *from_hex("1190");

VideoEntry video() {
    return {.avc_record = avc_record, .width = 1280, .height = 720};
}
AudioEntry audio() {
    return {.audio_specific_config = aac_config, .sample_rate = 48'000, .channels = 2};
}

std::string box_types(ByteSpan in) {
    std::string out;
    for (const BoxView& box : *read_boxes(in)) out += box.type + " ";
    return out;
}

ByteVector join(ByteVector head, std::string_view payload) {
    const ByteSpan bytes = as_bytes(payload);
    head.insert(head.end(), bytes.begin(), bytes.end());
    return head;
}

}  // namespace

// ffmpeg and ffprobe judge whole recordings in tests/golden/ffprobe_oracle.sh; the bytes here are
// those they accepted.
TEST_CASE("an audio init segment, byte for byte") {
    CHECK(to_hex(init_segment(std::nullopt, audio())) ==
          // ftyp: iso6; iso6, cmfc, mp41
          "0000001c6674797069736f360000000069736f36636d66636d703431"
          "000002446d6f6f76"
          // mvhd: timescale 1000, duration 0, rate and volume 1, unity matrix, next track 3
          "0000006c6d766864000000000000000000000000000003e8000000000001000001000000000000"
          "000000000000010000000000000000000000000000000100000000000000000000000000004000"
          "000000000000000000000000000000000000000000000000000000000003"
          "000001a87472616b"
          // tkhd: enabled, in movie, track 2, volume 1
          "0000005c746b686400000003000000000000000000000002000000000000000000000000000000"
          "000000000001000000000100000000000000000000000000000001000000000000000000000000"
          "0000400000000000000000000000"
          "000001446d646961"
          // mdhd: 48,000, "und"
          "000000206d6468640000000000000000000000000000bb800000000055c40000"
          "0000002d68646c720000000000000000736f756e000000000000000000000000536f756e644861"
          "6e646c657200"
          "000000ef6d696e66"
          "00000010736d68640000000000000000"
          "0000002464696e66"
          "0000001c647265660000000000000001"
          "0000000c75726c2000000001"
          "000000b37374626c"
          "00000067737473640000000000000001"
          "000000576d703461000000000000000100000000000000000002001000000000bb800000"
          // esds: ES 34 bytes, decoder config 20, AudioSpecificConfig 1190, SL 2
          "000000336573647300000000038080802200000004808080144015000000000000000000000005"
          "808080021190068080800102"
          "00000010737474730000000000000000"
          "00000010737473630000000000000000"
          "000000107374636f0000000000000000"
          "000000147374737a000000000000000000000000"
          "000000286d766578"
          "0000002074726578000000000000000200000001000000000000000000000000");
}

TEST_CASE("an init segment says what the tracks are") {
    VideoEntry wide = video();
    wide.pixel_aspect = {.horizontal = 4, .vertical = 3};
    wide.colour = {.primaries = 1, .transfer = 1, .matrix = 1, .full_range = true};
    const ByteVector init = init_segment(wide, audio());
    CHECK(box_types(init) == "ftyp moov ");
    const auto tracks = read_init(init);
    REQUIRE(tracks);
    REQUIRE(tracks->size() == 2);
    const TrackInfo& picture = (*tracks)[0];
    CHECK(picture.id == video_track_id);
    CHECK(picture.timescale == 90'000);
    CHECK(picture.handler == "vide");
    CHECK(picture.sample_entry == "avc1");
    CHECK(picture.width == 1280);
    CHECK(picture.height == 720);
    CHECK(picture.codec_config == avc_record);
    CHECK(picture.has_pixel_aspect);
    CHECK(picture.has_colour);
    const TrackInfo& sound = (*tracks)[1];
    CHECK(sound.id == audio_track_id);
    CHECK(sound.timescale == 48'000);
    CHECK(sound.sample_entry == "mp4a");
    CHECK(sound.channels == 2);
    CHECK(sound.codec_config == aac_config);

    // tkhd counts square pixels: 1280 * 4 / 3, as 16.16.
    CHECK(to_hex(init).find("06aa000002d00000") != std::string::npos);
    // nclx, primaries 1, transfer 1, matrix 1, full range.
    CHECK(to_hex(init).find("636f6c726e636c7800010001000180") != std::string::npos);
}

TEST_CASE("colr and pasp stay out when the VUI does not say") {
    const auto tracks = read_init(init_segment(video(), std::nullopt));
    REQUIRE(tracks);
    REQUIRE(tracks->size() == 1);
    CHECK(!(*tracks)[0].has_pixel_aspect);
    CHECK(!(*tracks)[0].has_colour);
}

TEST_CASE("a fragment, byte for byte") {
    const Sample pictures[] = {
        {.duration = 3000, .size = 5, .composition_offset = 6000, .sync = true},
        {.duration = 3000, .size = 3, .composition_offset = -3000, .sync = false},
    };
    const Sample sounds[] = {{.duration = 1024, .size = 2, .sync = true},
                             {.duration = 1024, .size = 2, .sync = true}};
    const TrackRun runs[] = {
        {.track_id = 1, .decode_time = 0x1'0000'0001, .samples = pictures},
        {.track_id = 2, .decode_time = 480'000, .samples = sounds},
    };
    CHECK(to_hex(fragment_header(7, runs)) ==
          "000000c46d6f6f66"
          "000000106d6668640000000000000007"
          "0000005c74726166"
          // tfhd: default-base-is-moof, default duration 3000
          "0000001474666864000200080000000100000bb8"
          // tfdt: version 1, 2^32 + 1
          "000000147466647401000000"
          "0000000100000001"
          // trun: version 1; offset, size, flags, composition offset of 2 samples from byte 204 on
          "0000002c7472756e01000e0100000002000000cc"
          "000000050200000000001770"
          "0000000301010000fffff448"
          "0000005074726166"
          // tfhd: default duration 1024, default flags "depends on no other"
          "000000187466686400020028000000020000040002000000"
          "000000147466647401000000"
          "0000000000075300"
          "0000001c7472756e0100020100000002000000d4"
          "00000002"
          "00000002"
          "000000146d646174");
}

TEST_CASE("what is written is read back, sample for sample") {
    const Sample pictures[] = {
        {.duration = 3000, .size = 5, .composition_offset = 6000, .sync = true},
        {.duration = 3003, .size = 3, .composition_offset = -3000, .sync = false},
    };
    const Sample sounds[] = {{.duration = 1024, .size = 2, .sync = true}};
    const TrackRun runs[] = {
        {.track_id = 1, .decode_time = (std::uint64_t{1} << 33) + 1, .samples = pictures},
        {.track_id = 2, .decode_time = 480'000, .samples = sounds},
    };
    const ByteVector bytes = join(fragment_header(7, runs), "HELLObyeab");
    const auto fragments = read_fragments(bytes);
    REQUIRE(fragments);
    REQUIRE(fragments->size() == 1);
    const FragmentView& fragment = fragments->front();
    CHECK(fragment.sequence_number == 7);
    REQUIRE(fragment.runs.size() == 2);
    const RunView& picture = fragment.runs[0];
    CHECK(picture.decode_time == (std::uint64_t{1} << 33) + 1);
    REQUIRE(picture.samples.size() == 2);
    CHECK(picture.samples[0].sync);
    CHECK(picture.samples[0].composition_offset == 6000);
    CHECK(as_text(picture.samples[0].data) == "HELLO");
    CHECK(!picture.samples[1].sync);
    CHECK(picture.samples[1].composition_offset == -3000);
    CHECK(picture.samples[1].decode_time == picture.decode_time + 3000);
    CHECK(as_text(picture.samples[1].data) == "bye");
    CHECK(picture.end() == picture.decode_time + 6003);
    CHECK(as_text(fragment.runs[1].samples[0].data) == "ab");
    CHECK(fragment.runs[1].samples[0].sync);
}

TEST_CASE("the reader refuses boxes that lie about their size or place") {
    const Sample one[] = {{.duration = 1, .size = 4, .sync = true}};
    const TrackRun runs[] = {{.track_id = 1, .decode_time = 0, .samples = one}};
    const ByteVector good = join(fragment_header(1, runs), "data");
    REQUIRE(read_fragments(good));
    for (std::size_t length = 1; length < good.size(); ++length) {
        CHECK(!read_fragments(ByteSpan(good).first(length)));
    }
    ByteVector bad = good;
    const std::size_t data_offset = good.size() - 4 - 8 - 8 + 3;  // last byte of trun's data offset
    bad[data_offset] = std::byte{0};
    CHECK(read_fragments(bad).error().code == Errc::Unsupported);
    CHECK(!read_init(good));
}
