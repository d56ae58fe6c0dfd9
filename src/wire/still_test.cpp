#include "wire/still.hpp"

#include <doctest/doctest.h>

#include <string>

#include "base/byte_writer.hpp"
#include "tests_folder.hpp"
#include "wire/limits.hpp"

using namespace shopcast;
using namespace shopcast::wire;

namespace {

Still essence_of(const std::string& upload) {
    auto still = still_essence(as_bytes(upload));
    REQUIRE_MESSAGE(still.has_value(), still.error().message);
    return *std::move(still);
}

std::string kept_of(const std::string& upload) {
    return std::string(as_text(essence_of(upload).bytes));
}

Errc refused(const std::string& upload) {
    const auto still = still_essence(as_bytes(upload));
    REQUIRE_FALSE(still);
    return still.error().code;
}

std::string text_of(ByteWriter&& out) {
    return std::string(as_text(out.span()));
}

/// Its check sum is wrong, which is for the decoder to say.
std::string png_chunk(std::string_view type, std::string_view data) {
    ByteWriter out;
    out.u32(static_cast<std::uint32_t>(data.size()));
    out.text(type);
    out.text(data);
    out.u32(0);
    return text_of(std::move(out));
}

/// Behind the signature and IHDR.
constexpr std::size_t png_body = 8 + 25;

std::string jpeg_segment(std::uint8_t code, std::string_view data) {
    ByteWriter out;
    out.u8(0xFF);
    out.u8(code);
    out.u16(static_cast<std::uint16_t>(data.size() + 2));
    out.text(data);
    return text_of(std::move(out));
}

std::string webp_chunk(std::string_view type, std::string_view data) {
    std::string out(type);
    for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(data.size() >> shift);
    out += data;
    if (data.size() % 2 == 1) out += '\0';
    return out;
}

std::string webp_of(const std::string& chunks) {
    return "RIFF" + webp_chunk("", "WEBP" + chunks);
}

constexpr std::string_view turned_tiff("MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0",
                                       22);
constexpr std::string_view flipped_tiff("II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x02\0\0\0",
                                        22);

}  // namespace

TEST_CASE("sides and orientation are read off each format") {
    for (const char* name : {"jpeg", "png", "png_palette", "png_transparent", "webp"}) {
        CAPTURE(name);
        const Still still = essence_of(test_upload(name));
        CHECK(still.width == 24);
        CHECK(still.height == 16);
        CHECK(still.orientation == 1);
        CHECK(kept_of(std::string(as_text(still.bytes))) == as_text(still.bytes));
    }
    const Still turned = essence_of(test_upload("jpeg_turned"));
    CHECK(turned.orientation == 6);
    CHECK_FALSE(as_text(turned.bytes).contains("Exif"));
    CHECK(turned.bytes == essence_of(test_upload("jpeg")).bytes);
}

TEST_CASE("of a PNG its header, palette, transparency and pixels are kept") {
    const std::string png = test_upload("png");
    const std::string essence = kept_of(png);
    for (const char* type :
         {"zTXt", "iTXt", "tEXt", "iCCP", "gAMA", "acTL", "fdAT", "quiz", "ABCD"}) {
        CAPTURE(type);
        std::string more = png;
        more.insert(png_body, png_chunk(type, std::string(5000, 'x')));
        CHECK(kept_of(more) == essence);
    }
    CHECK(kept_of(png + "behind") == essence);
    std::string shown = png;
    shown.insert(png_body, png_chunk("tRNS", "x"));
    CHECK(kept_of(shown).size() == essence.size() + 13);
    std::string too_long = png;
    too_long.insert(png_body, png_chunk("PLTE", std::string(769, 'x')));
    too_long.insert(png_body, png_chunk("tRNS", std::string(257, 'x')));
    CHECK(kept_of(too_long) == essence);
    std::string turned = png;
    turned.insert(png_body, png_chunk("eXIf", turned_tiff));
    CHECK(essence_of(turned).orientation == 6);
    CHECK(kept_of(turned) == essence);
}

TEST_CASE("a PNG that ends early, or does not begin with its header, is refused") {
    const std::string png = test_upload("png");
    for (std::size_t size = 8; size < png.size(); ++size) {
        CHECK(refused(png.substr(0, size)) == Errc::Malformed);
    }
    CHECK(refused(png.substr(0, 8) + png.substr(png_body)) == Errc::Malformed);
    std::string empty = png;
    empty.replace(16, 4, 4, '\0');
    CHECK(refused(empty) == Errc::Malformed);
}

TEST_CASE("of a JPEG frames, scans and tables are kept, and Adobe's word on its colours") {
    const std::string jpeg = test_upload("jpeg");
    const std::string essence = kept_of(jpeg);
    for (const int code : {0xE0, 0xE1, 0xE2, 0xED, 0xEE, 0xEF, 0xFE, 0xDC, 0xCC, 0xC8}) {
        CAPTURE(code);
        std::string more = jpeg;
        more.insert(2, jpeg_segment(static_cast<std::uint8_t>(code), std::string(900, 'x')));
        CHECK(kept_of(more) == essence);
    }
    std::string adobe = jpeg;
    adobe.insert(2, jpeg_segment(0xEE, std::string("Adobe\0d\0\0\0\0\x01", 12)));
    CHECK(kept_of(adobe).size() == essence.size() + 16);
    CHECK(kept_of(jpeg + jpeg) == essence);
    // Cut off in its scan: what is there is closed.
    CHECK(kept_of(jpeg.substr(0, jpeg.size() - 2)) == essence);
    std::string filled = jpeg;
    filled.insert(2, "\xFF\xFF");
    CHECK(kept_of(filled) == essence);
}

TEST_CASE("a JPEG without a frame, a scan or an end to its segments is refused") {
    const std::string jpeg = test_upload("jpeg");
    const std::string scan = jpeg_segment(0xDA, std::string(10, '\0')) + "abc";
    const std::string frame = jpeg_segment(0xC0, std::string("\x08\0\x10\0\x18\x03", 6));
    const std::string soi = "\xFF\xD8";
    CHECK(essence_of(soi + frame + scan).width == 24);
    CHECK(essence_of(soi + frame + scan).height == 16);
    CHECK(refused(soi + scan) == Errc::Malformed);
    CHECK(refused(soi + frame) == Errc::Malformed);
    CHECK(refused(soi + frame + "\xFF\xD9") == Errc::Malformed);
    CHECK(refused(soi + frame + frame + scan) == Errc::Malformed);
    CHECK(refused(soi + frame + std::string("\xFF\xDA\0\x01", 4)) == Errc::Malformed);
    CHECK(refused(soi + frame + "x" + scan) == Errc::Malformed);
}

TEST_CASE("a JPEG that was cut off within a marker ends before it") {
    const std::string whole = kept_of(test_upload("jpeg"));
    const std::string open_ended = whole.substr(0, whole.size() - 2);
    CHECK(kept_of(open_ended) == whole);
    CHECK(kept_of(open_ended + '\xFF') == whole);
}

TEST_CASE("a JPEG has as many scans as a camera may make") {
    const std::string scan =
        jpeg_segment(0xDA, std::string(10, '\0')) + std::string("a\xFF\0b\xFF\xD0", 6);
    std::string jpeg = "\xFF\xD8" + jpeg_segment(0xC2, std::string("\x08\0\x10\0\x18\x03", 6));
    for (std::size_t i = 0; i < limits::still_scans_max; ++i) jpeg += scan;
    CHECK(kept_of(jpeg) == jpeg + "\xFF\xD9");
    CHECK(refused(jpeg + scan) == Errc::Malformed);
}

TEST_CASE("of a WebP its picture and its transparency are kept") {
    const std::string webp = test_upload("webp");
    const std::string picture = webp.substr(12);
    const auto extended = [](char flags) {
        return webp_chunk("VP8X", std::string(1, flags) + std::string("\0\0\0\x17\0\0\x0F\0\0", 9));
    };
    CHECK(kept_of(webp_of(picture)) == webp_of(picture));
    CHECK(kept_of(webp_of(extended('\x3C') + webp_chunk("ICCP", "abc") + webp_chunk("ALPH", "a") +
                          picture + picture + webp_chunk("ALPH", "b") + webp_chunk("XMP ", "x"))) ==
          webp_of(extended('\x10') + webp_chunk("ALPH", "a") + picture));
    const std::string turned = picture + webp_chunk("EXIF", flipped_tiff);
    CHECK(essence_of(webp_of(extended('\x08') + turned)).orientation == 2);
    const std::string prefixed =
        picture + webp_chunk("EXIF", std::string("Exif\0\0", 6) + std::string(turned_tiff));
    CHECK(essence_of(webp_of(prefixed)).orientation == 6);
    CHECK(refused(webp_of(extended('\x02') + picture)) == Errc::Unsupported);
    // 3 by 5, without loss.
    const Still lossless =
        essence_of(webp_of(webp_chunk("VP8L", std::string("\x2F\x02\0\x01\0", 5))));
    CHECK(lossless.width == 3);
    CHECK(lossless.height == 5);
}

TEST_CASE("a WebP without a picture is refused") {
    const std::string picture = test_upload("webp").substr(12);
    CHECK(refused(webp_of("")) == Errc::Malformed);
    CHECK(refused(webp_of(webp_chunk("VP8 ", "short"))) == Errc::Malformed);
    CHECK(refused(webp_of(webp_chunk("VP8L", "short"))) == Errc::Malformed);
    CHECK(refused(webp_of(webp_chunk("VP8X", "short") + picture)) == Errc::Malformed);
    CHECK(refused(webp_of(picture.substr(0, picture.size() - 2))) == Errc::Malformed);
    CHECK(refused(webp_of(picture).substr(0, 60)) == Errc::Malformed);
}

TEST_CASE("what begins as none of the three is not supported") {
    for (const char* text : {"", "GIF89a", "\xFF\xD8", "\x89PNG", "RIFF    WAVE", "<svg/>"}) {
        CHECK(refused(text) == Errc::Unsupported);
    }
}

TEST_CASE("an orientation is found in either order of bytes, and is otherwise upright") {
    CHECK(exif_orientation(as_bytes(turned_tiff)) == 6);
    CHECK(exif_orientation(as_bytes(flipped_tiff)) == 2);
    for (std::size_t size = 0; size < turned_tiff.size() - 2; ++size) {
        CHECK(exif_orientation(as_bytes(turned_tiff.substr(0, size))) == 1);
    }
    const auto changed = [](std::size_t at, char value) {
        std::string tiff(turned_tiff);
        tiff[at] = value;
        return exif_orientation(as_bytes(tiff));
    };
    CHECK(changed(0, 'X') == 1);
    CHECK(changed(4, '\x7F') == 1);   // the directory lies far behind the end
    CHECK(changed(11, '\x13') == 1);  // another tag
    CHECK(changed(13, '\x04') == 1);  // not a SHORT
    CHECK(changed(19, '\x09') == 1);
    CHECK(changed(19, '\0') == 1);
    CHECK(changed(19, '\x08') == 8);
}
