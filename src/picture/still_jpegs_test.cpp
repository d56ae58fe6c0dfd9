#include "picture/still_jpegs.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <filesystem>
#include <string>

#include "picture/frame.hpp"
#include "tests_folder.hpp"

using namespace shopcast;
using namespace shopcast::picture;

namespace {

/// tests/golden/pictures.mjs says how they are made.
ByteVector upload_of(const std::string& name) {
    const std::string bytes = test_upload(name);
    const ByteSpan span = as_bytes(bytes);
    return {span.begin(), span.end()};
}

struct Colour {
    int red = 0;
    int green = 0;
    int blue = 0;
    bool is_about(const Colour& other) const {
        return std::abs(red - other.red) < 24 && std::abs(green - other.green) < 24 &&
               std::abs(blue - other.blue) < 24;
    }
};
constexpr Colour red{200, 40, 40};
constexpr Colour blue{40, 70, 210};
constexpr Colour white{255, 255, 255};

/// One pixel of a JPEG, as a browser shows it (T.871, 7).
Colour pixel(const Bytes& jpeg, int x, int y) {
    const auto decoder = careful_decoder(AV_CODEC_ID_MJPEG, 1'000'000);
    REQUIRE(decoder);
    REQUIRE(avcodec_open2(decoder->get(), (*decoder)->codec, nullptr) >= 0);
    const auto frame = decode_one(**decoder, jpeg);
    REQUIRE(frame);
    const AVFrame& f = **frame;
    const auto sample = [&](int plane, int column, int line) {
        return double(f.data[plane][line * f.linesize[plane] + column]);
    };
    const double luma = sample(0, x, y);
    const double cb = sample(1, x / 2, y / 2) - 128;
    const double cr = sample(2, x / 2, y / 2) - 128;
    return {static_cast<int>(luma + 1.402 * cr), static_cast<int>(luma - 0.344 * cb - 0.714 * cr),
            static_cast<int>(luma + 1.772 * cb)};
}

Result<Stills> stills_of(const std::string& name) {
    constexpr std::array<std::uint32_t, 2> widths{12, 160};
    return still_jpegs(upload_of(name), widths);
}

}  // namespace

TEST_CASE("a picture becomes JPEGs of the widths, never larger than it is") {
    for (const char* name : {"jpeg", "png", "png_palette", "webp"}) {
        CAPTURE(name);
        const auto stills = stills_of(name);
        REQUIRE_MESSAGE(stills.has_value(), stills.error().message);
        CHECK(stills->size == Size{24, 16});
        REQUIRE(stills->jpegs.size() == 2);
        CHECK(pixel(stills->jpegs[0], 2, 4).is_about(red));
        CHECK(pixel(stills->jpegs[0], 9, 4).is_about(blue));
        CHECK(pixel(stills->jpegs[1], 4, 8).is_about(red));
        CHECK(pixel(stills->jpegs[1], 20, 8).is_about(blue));
    }
}

TEST_CASE("what is transparent is white") {
    const auto stills = stills_of("png_transparent");
    REQUIRE(stills);
    CHECK(pixel(stills->jpegs[1], 4, 8).is_about(red));
    CHECK(pixel(stills->jpegs[1], 20, 8).is_about(white));
}

// Orientation 6: the camera's right side was up, so its left half is the upper one.
TEST_CASE("a photo is turned as it was taken, and does not say so any more") {
    const auto stills = stills_of("jpeg_turned");
    REQUIRE(stills);
    CHECK(stills->size == Size{16, 24});
    CHECK(pixel(stills->jpegs[1], 8, 4).is_about(red));
    CHECK(pixel(stills->jpegs[1], 8, 20).is_about(blue));
    CHECK_FALSE(stills->jpegs[1].text().contains("Exif"));
}

TEST_CASE("what is no picture, or too large, is refused") {
    constexpr std::array<std::uint32_t, 1> widths{160};
    const auto refused = [&](ByteSpan bytes) {
        const auto stills = still_jpegs(bytes, widths);
        REQUIRE_FALSE(stills);
        return stills.error().code;
    };
    CHECK(refused(as_bytes("<svg xmlns=\"http://www.w3.org/2000/svg\"/>")) == Errc::Unsupported);
    CHECK(refused({}) == Errc::Unsupported);
    CHECK(refused(as_bytes("GIF89a")) == Errc::Unsupported);
    ByteVector png = upload_of("png");
    CHECK(refused(ByteSpan(png).first(60)) == Errc::Malformed);
    // 60,000 by 60,000, as its header says: refused before memory is taken.
    for (const std::size_t at : {16UZ, 20UZ}) {
        png[at] = png[at + 1] = std::byte{0};
        png[at + 2] = std::byte{0xEA};
        png[at + 3] = std::byte{0x60};
    }
    const Errc code = refused(png);
    CHECK((code == Errc::Malformed || code == Errc::TooLarge));
}
