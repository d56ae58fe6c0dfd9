#include "picture/keyframe_jpeg.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "tests_folder.hpp"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libswscale/swscale.h>
}

using namespace shopcast;
using namespace shopcast::picture;

namespace {

struct Material {
    ByteVector record;
    ByteVector unit;
};

/// tests/golden/keyframes.mjs says how they are made.
Material material(const std::string& name) {
    std::ifstream file(tests_folder() / "golden/keyframes" / (name + ".txt"));
    Material out;
    for (std::string word, hex; file >> word >> hex;) {
        (word == "record" ? out.record : out.unit) = from_hex(hex).value();
    }
    REQUIRE_FALSE(out.unit.empty());
    return out;
}

Result<Bytes> jpeg_of(const std::string& name) {
    const Material keyframe = material(name);
    return keyframe_jpeg(keyframe.record, keyframe.unit);
}

struct Rgb {
    int red = 0;
    int green = 0;
    int blue = 0;
};
/// The quarters of every film in keyframes.mjs.
constexpr std::array<Rgb, 4> quarters = {Rgb{0xc8, 0x28, 0x28}, Rgb{0x28, 0xaa, 0x3c},
                                         Rgb{0x28, 0x46, 0xd2}, Rgb{0xbe, 0xbe, 0xbe}};

struct Image {
    Size size;
    std::vector<std::uint8_t> rgb;

    /// The mean colour of a quarter, without the seams.
    Rgb mean(std::size_t quarter) const {
        const std::size_t left = size.width * (quarter % 2) / 2 + size.width / 8;
        const std::size_t top = size.height * (quarter / 2) / 2 + size.height / 8;
        std::array<std::size_t, 3> sum{};
        std::size_t count = 0;
        for (std::size_t y = top; y < top + size.height / 4; ++y) {
            for (std::size_t x = left; x < left + size.width / 4; ++x, ++count) {
                for (std::size_t c = 0; c < 3; ++c) sum[c] += rgb[(y * size.width + x) * 3 + c];
            }
        }
        return {static_cast<int>(sum[0] / count), static_cast<int>(sum[1] / count),
                static_cast<int>(sum[2] / count)};
    }
};

/// Decodes as a browser does: a JPEG is BT.601, full range.
Image decode(const Bytes& jpeg) {
    AVCodecContext* decoder = avcodec_alloc_context3(avcodec_find_decoder(AV_CODEC_ID_MJPEG));
    AVPacket* packet = av_packet_alloc();
    AVFrame* frame = av_frame_alloc();
    REQUIRE(avcodec_open2(decoder, nullptr, nullptr) == 0);
    REQUIRE(av_new_packet(packet, static_cast<int>(jpeg.size())) == 0);
    std::ranges::copy(jpeg.span(), reinterpret_cast<std::byte*>(packet->data));
    REQUIRE(avcodec_send_packet(decoder, packet) == 0);
    REQUIRE(avcodec_receive_frame(decoder, frame) == 0);
    CHECK(frame->color_range == AVCOL_RANGE_JPEG);
    Image out;
    out.size = {static_cast<std::uint32_t>(frame->width),
                static_cast<std::uint32_t>(frame->height)};
    out.rgb.resize(std::size_t{out.size.width} * out.size.height * 3);
    SwsContext* scaler = sws_getContext(frame->width, frame->height, AV_PIX_FMT_YUVJ420P,
                                        frame->width, frame->height, AV_PIX_FMT_RGB24,
                                        SWS_BICUBIC | SWS_ACCURATE_RND, nullptr, nullptr, nullptr);
    std::uint8_t* planes[] = {out.rgb.data()};
    const int strides[] = {frame->width * 3};
    sws_scale(scaler, frame->data, frame->linesize, 0, frame->height, planes, strides);
    sws_freeContext(scaler);
    av_frame_free(&frame);
    av_packet_free(&packet);
    avcodec_free_context(&decoder);
    return out;
}

}  // namespace

TEST_CASE("a poster has the colours and the shape of the video") {
    struct Expected {
        std::string name;
        Size size;
    };
    const Expected films[] = {
        {"hd_bt709", {640, 360}},    {"hd_untagged", {640, 360}}, {"sd_bt601", {320, 180}},
        {"sd_untagged", {320, 180}}, {"full_range", {320, 180}},  {"b_frames", {640, 360}},
        {"cropped", {318, 182}},     {"odd_444", {100, 74}},      {"ten_bit", {320, 180}},
        {"portrait", {640, 1138}},   {"anamorphic", {640, 360}},
    };
    for (const Expected& film : films) {
        CAPTURE(film.name);
        const auto jpeg = jpeg_of(film.name);
        REQUIRE_MESSAGE(jpeg.has_value(), jpeg.error().message);
        const Image image = decode(*jpeg);
        CHECK(image.size == film.size);
        for (std::size_t i = 0; i < quarters.size(); ++i) {
            const Rgb seen = image.mean(i);
            CAPTURE(i);
            CAPTURE(seen.red);
            CAPTURE(seen.green);
            CAPTURE(seen.blue);
            // A wrong matrix is off by 10 and more, a wrong range by 15.
            CHECK(std::abs(seen.red - quarters[i].red) <= 4);
            CHECK(std::abs(seen.green - quarters[i].green) <= 4);
            CHECK(std::abs(seen.blue - quarters[i].blue) <= 4);
        }
    }
}

TEST_CASE("a poster is a JFIF file that names nobody") {
    const Bytes jpeg = jpeg_of("hd_bt709").value();
    const std::string_view text = jpeg.text();
    CHECK(text.starts_with("\xff\xd8\xff\xe0"));
    CHECK(text.substr(6, 4) == "JFIF");
    CHECK(text.ends_with("\xff\xd9"));
    CHECK(text.find("\xff\xfe") == std::string_view::npos);  // no comment
    CHECK(text.find("Lavc") == std::string_view::npos);
    CHECK(jpeg.size() < 20 * limits::KiB);
    CHECK(jpeg == jpeg_of("hd_bt709").value());
}

TEST_CASE("what is no whole keyframe has no poster") {
    const Material good = material("hd_bt709");
    const ByteSpan unit = good.unit;
    CHECK(keyframe_jpeg(good.record, {}).error().code == Errc::Malformed);
    CHECK(keyframe_jpeg({}, good.unit).error().code == Errc::Malformed);
    CHECK_FALSE(keyframe_jpeg(ByteSpan(good.record).first(9), good.unit).has_value());
    CHECK_FALSE(keyframe_jpeg(good.record, unit.first(unit.size() / 2)).has_value());
    // Cut short inside its slice, with a length that says so.
    ByteVector cut(unit.begin(), unit.begin() + static_cast<std::ptrdiff_t>(unit.size() / 2));
    cut[2] = std::byte((cut.size() - 4) >> 8);
    cut[3] = std::byte((cut.size() - 4) & 0xff);
    CHECK_FALSE(keyframe_jpeg(good.record, cut).has_value());
    // A picture of another stream.
    CHECK_FALSE(keyframe_jpeg(material("portrait").record, good.unit).has_value());
}

TEST_CASE("a picture of too many pixels has no poster") {
    const auto jpeg = jpeg_of("too_large");
    REQUIRE_FALSE(jpeg.has_value());
    CHECK(jpeg.error().code == Errc::TooLarge);
}

TEST_CASE("a poster's size") {
    CHECK(poster_size({1920, 1080}, 1, 1) == Size{640, 360});
    CHECK(poster_size({1920, 1080}, 0, 1) == Size{640, 360});
    CHECK(poster_size({1440, 1080}, 4, 3) == Size{640, 360});
    CHECK(poster_size({1080, 1920}, 1, 1) == Size{640, 1138});
    CHECK(poster_size({640, 480}, 1, 1) == Size{640, 480});
    CHECK(poster_size({161, 91}, 1, 1) == Size{160, 90});
    CHECK(poster_size({2, 4096}, 1, 1) == Size{2, 1280});
    CHECK(poster_size({4096, 2}, 1, 1) == Size{640, 2});
    CHECK(poster_size({16, 16}, 0xffffffff, 1) == Size{640, 2});
    CHECK(poster_size({16, 16}, 1, 0xffffffff) == Size{2, 16});
}
