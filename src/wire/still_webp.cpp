#include <algorithm>
#include <string_view>
#include <utility>

#include "base/byte_reader.hpp"
#include "base/byte_writer.hpp"
#include "wire/still_formats.hpp"

// RFC 9649: WebP Image Format. Its numbers have their lowest byte first.
namespace shopcast::wire {
namespace {

constexpr std::size_t riff_header_bytes = 12;
constexpr std::size_t extended_header_bytes = 10;
/// Section 2.7.1.2: of the flags in a VP8X chunk, those that say something about what is kept.
constexpr std::uint8_t alpha_flag = 0x10;
constexpr std::uint8_t animation_flag = 0x02;

struct Chunk {
    std::string_view type;
    ByteSpan data;
};

std::uint32_t little(ByteSpan bytes) {
    std::uint32_t value = 0;
    for (std::size_t i = bytes.size(); i-- > 0;) {
        value = value << 8 | std::to_integer<std::uint32_t>(bytes[i]);
    }
    return value;
}

void write_little(ByteWriter& out, std::size_t value) {
    for (int shift = 0; shift < 32; shift += 8) out.u8(static_cast<std::uint8_t>(value >> shift));
}

/// Section 2.3: the data is padded to an even length; at the end of a file some leave that out.
Result<Chunk> read_chunk(ByteReader& in) {
    const ByteSpan type = TRY(in.bytes(4));
    const std::uint32_t length = little(TRY(in.bytes(4)));
    const ByteSpan data = TRY(in.bytes(length));
    if (length % 2 == 1 && !in.done()) TRY_VOID(in.skip(1));
    return Chunk{as_text(type), data};
}

void write_chunk(ByteWriter& out, const Chunk& chunk) {
    out.text(chunk.type);
    write_little(out, chunk.data.size());
    out.bytes(chunk.data);
    if (chunk.data.size() % 2 == 1) out.u8(0);
}

/// VP8: RFC 6386, 9.1, a keyframe's start code and sides of 14 bits.
Result<void> read_lossy(ByteSpan data, Still& still) {
    if (data.size() < 10 || as_text(data.subspan(3, 3)) != "\x9D\x01\x2A") {
        return fail(Errc::Malformed, "the WebP's picture does not begin with a keyframe");
    }
    still.width = little(data.subspan(6, 2)) & 0x3FFF;
    still.height = little(data.subspan(8, 2)) & 0x3FFF;
    return {};
}

/// Section 3.4: a signature, then both sides less one, 14 bits each.
Result<void> read_lossless(ByteSpan data, Still& still) {
    if (data.size() < 5 || data[0] != std::byte{0x2F}) {
        return fail(Errc::Malformed, "the WebP's picture does not begin with its signature");
    }
    const std::uint32_t bits = little(data.subspan(1, 4));
    still.width = (bits & 0x3FFF) + 1;
    still.height = (bits >> 14 & 0x3FFF) + 1;
    return {};
}

/// Section 2.7.1.2: it says what else is there, of which only transparency stays.
Result<void> write_extended_header(ByteWriter& out, const Chunk& chunk) {
    if (chunk.data.size() != extended_header_bytes) {
        return fail(Errc::Malformed, "the WebP's header has a wrong length");
    }
    const auto flags = std::to_integer<std::uint8_t>(chunk.data[0]);
    if ((flags & animation_flag) != 0) {
        return fail(Errc::Unsupported, "this WebP moves; only pictures that stand still are taken");
    }
    ByteVector data(chunk.data.begin(), chunk.data.end());
    data[0] = std::byte{static_cast<std::uint8_t>(flags & alpha_flag)};
    write_chunk(out, {chunk.type, data});
    return {};
}

/// Some write the prefix of JPEG's APP1 in front.
ByteSpan without_prefix(ByteSpan exif) {
    constexpr std::string_view prefix("Exif\0\0", 6);
    return as_text(exif).starts_with(prefix) ? exif.subspan(prefix.size()) : exif;
}

struct Parts {
    bool is_extended = false;
    bool has_alpha = false;
    bool has_picture = false;
};

Result<void> take(const Chunk& chunk, Parts& seen, ByteWriter& out, Still& still) {
    const bool is_lossy = chunk.type == "VP8 ";
    if (chunk.type == "VP8X" && !std::exchange(seen.is_extended, true)) {
        return write_extended_header(out, chunk);
    }
    if (chunk.type == "EXIF") still.orientation = exif_orientation(without_prefix(chunk.data));
    if (chunk.type == "ALPH" && !seen.has_picture && !std::exchange(seen.has_alpha, true)) {
        write_chunk(out, chunk);
    }
    if ((!is_lossy && chunk.type != "VP8L") || std::exchange(seen.has_picture, true)) return {};
    TRY_VOID(is_lossy ? read_lossy(chunk.data, still) : read_lossless(chunk.data, still));
    write_chunk(out, chunk);
    return {};
}

}  // namespace

Result<Still> webp_essence(ByteSpan upload) {
    ByteReader in(upload);
    const ByteSpan riff = TRY(in.bytes(riff_header_bytes));
    // What it says of its length is what counts, as far as that is there.
    const std::size_t said = little(riff.subspan(4, 4));
    ByteReader body(in.rest().first(std::min(in.remaining(), said < 4 ? 0 : said - 4)));
    ByteWriter out;
    out.reserve(upload.size() + 2);
    out.bytes(riff);
    Still still{};
    still.format = StillFormat::Webp;
    still.orientation = 1;
    Parts seen;
    while (!body.done()) {
        const Chunk chunk = TRY(read_chunk(body));
        TRY_VOID(take(chunk, seen, out, still));
    }
    if (!seen.has_picture || still.width == 0 || still.height == 0) {
        return fail(Errc::Malformed, "the WebP has no picture");
    }
    still.bytes = std::move(out).take();
    const std::size_t length = still.bytes.size() - 8;
    for (std::size_t i = 0; i < 4; ++i)
        still.bytes[4 + i] = static_cast<std::byte>(length >> 8 * i);
    return still;
}

}  // namespace shopcast::wire
