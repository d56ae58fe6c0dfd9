#include <algorithm>
#include <string_view>
#include <utility>

#include "base/byte_reader.hpp"
#include "base/byte_writer.hpp"
#include "wire/limits.hpp"
#include "wire/still_formats.hpp"

// ITU-T T.81: JPEG. Table B.1 has the markers.
namespace shopcast::wire {
namespace {

namespace marker {
constexpr std::uint8_t restart_first = 0xD0;
constexpr std::uint8_t restart_last = 0xD7;
constexpr std::uint8_t end_of_image = 0xD9;
constexpr std::uint8_t start_of_scan = 0xDA;
constexpr std::uint8_t frame_first = 0xC0;
constexpr std::uint8_t frame_last = 0xCF;
constexpr std::uint8_t huffman_tables = 0xC4;
constexpr std::uint8_t extensions = 0xC8;
constexpr std::uint8_t arithmetic_conditions = 0xCC;
constexpr std::uint8_t quantization_tables = 0xDB;
constexpr std::uint8_t restart_interval = 0xDD;
constexpr std::uint8_t app1 = 0xE1;
constexpr std::uint8_t app14 = 0xEE;
}  // namespace marker

constexpr std::byte mark{0xFF};
/// "Adobe", a version, two words of flags, and which transform made the colours.
constexpr std::size_t adobe_bytes = 12;

bool is_frame(std::uint8_t code) {
    return code >= marker::frame_first && code <= marker::frame_last &&
           code != marker::huffman_tables && code != marker::extensions &&
           code != marker::arithmetic_conditions;
}

bool makes_the_picture(std::uint8_t code, ByteSpan data) {
    if (code == marker::app14) {
        return data.size() == adobe_bytes && as_text(data).starts_with("Adobe");
    }
    return is_frame(code) || code == marker::huffman_tables ||
           code == marker::quantization_tables || code == marker::restart_interval ||
           code == marker::start_of_scan;
}

/// B.1.1.2: a marker, in front of which any number of 0xFF may stand.
Result<std::uint8_t> read_marker(ByteReader& in) {
    if (TRY(in.u8()) != 0xFF)
        return fail(Errc::Malformed, "the JPEG has no marker where one is due");
    for (;;) {
        const std::uint8_t code = TRY(in.u8());
        if (code != 0xFF) return code;
    }
}

/// B.2.2: precision, lines, samples a line.
Result<void> read_frame(ByteSpan data, Still& still) {
    if (still.width != 0) return fail(Errc::Malformed, "the JPEG has two frames");
    ByteReader in(data);
    TRY_VOID(in.skip(1));
    still.height = TRY(in.u16());
    still.width = TRY(in.u16());
    if (still.width == 0 || still.height == 0) return fail(Errc::Malformed, "an empty picture");
    return {};
}

/// What follows a scan's header: up to the next marker that is no part of it (B.1.1.5).
ByteSpan entropy_coded(ByteSpan rest) {
    auto at = rest.begin();
    for (;;) {
        at = std::find(at, rest.end(), mark);
        if (at == rest.end()) return rest;
        if (at + 1 == rest.end()) return {rest.begin(), at};  // cut off within a marker
        const auto next = std::to_integer<std::uint8_t>(*(at + 1));
        const bool goes_on =
            next == 0 || (next >= marker::restart_first && next <= marker::restart_last);
        if (!goes_on) return {rest.begin(), at};
        at += 2;
    }
}

void write_segment(ByteWriter& out, std::uint8_t code, ByteSpan data) {
    out.u8(0xFF);
    out.u8(code);
    out.u16(static_cast<std::uint16_t>(data.size() + 2));
    out.bytes(data);
}

void write_end(ByteWriter& out) {
    out.u8(0xFF);
    out.u8(marker::end_of_image);
}

Result<void> take_segment(std::uint8_t code, ByteSpan data, Still& still) {
    constexpr std::string_view exif("Exif\0\0", 6);
    if (code == marker::app1 && as_text(data).starts_with(exif)) {
        still.orientation = exif_orientation(data.subspan(exif.size()));
    }
    if (is_frame(code)) return read_frame(data, still);
    return {};
}

}  // namespace

Result<Still> jpeg_essence(ByteSpan upload) {
    ByteReader in(upload);
    ByteWriter out;
    out.reserve(upload.size() + 2);
    out.bytes(TRY(in.bytes(2)));  // SOI
    Still still{};
    still.format = StillFormat::Jpeg;
    still.orientation = 1;
    std::size_t scans = 0;
    // One that was cut off after its last scan still shows something: the decoder judges that.
    while (scans == 0 || !in.done()) {
        const std::uint8_t code = TRY(read_marker(in));
        if (code == marker::end_of_image) break;
        const std::uint16_t length = TRY(in.u16());
        if (length < 2) return fail(Errc::Malformed, "the JPEG has a segment without a length");
        const ByteSpan data = TRY(in.bytes(length - 2U));
        TRY_VOID(take_segment(code, data, still));
        if (makes_the_picture(code, data)) write_segment(out, code, data);
        if (code != marker::start_of_scan) continue;
        if (++scans > limits::still_scans_max) {
            return fail(Errc::Malformed, "the JPEG has more scans than any camera makes");
        }
        const ByteSpan scan = entropy_coded(in.rest());
        out.bytes(scan);
        TRY_VOID(in.skip(scan.size()));
        if (in.remaining() == 1) break;  // half a marker
    }
    if (scans == 0 || still.width == 0) return fail(Errc::Malformed, "the JPEG has no picture");
    write_end(out);
    still.bytes = std::move(out).take();
    return still;
}

}  // namespace shopcast::wire
