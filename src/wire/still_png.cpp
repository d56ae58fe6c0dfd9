#include <string_view>
#include <utility>

#include "base/byte_reader.hpp"
#include "base/byte_writer.hpp"
#include "wire/still_formats.hpp"

// Portable Network Graphics (PNG) Specification, third edition.
namespace shopcast::wire {
namespace {

constexpr std::size_t signature_bytes = 8;
/// Length, type and check sum of a chunk.
constexpr std::size_t frame_bytes = 12;
constexpr std::size_t header_bytes = 13;
constexpr std::size_t palette_bytes_max = std::size_t{3} * 256;
constexpr std::size_t transparency_bytes_max = 256;

/// 5.3: a chunk's layout.
struct Chunk {
    std::string_view type;
    ByteSpan data;
    ByteSpan whole;
};

Result<Chunk> read_chunk(ByteReader& in) {
    const ByteSpan from = in.rest();
    const std::uint32_t length = TRY(in.u32());
    const ByteSpan type = TRY(in.bytes(4));
    const ByteSpan data = TRY(in.bytes(length));
    TRY_VOID(in.skip(4));
    return Chunk{as_text(type), data, from.first(data.size() + frame_bytes)};
}

/// 11.2.1: the first chunk, and the only one of its kind.
Result<void> read_header(const Chunk& chunk, Still& still) {
    if (chunk.type != "IHDR" || chunk.data.size() != header_bytes) {
        return fail(Errc::Malformed, "the PNG does not begin with its header");
    }
    ByteReader in(chunk.data);
    still.width = TRY(in.u32());
    still.height = TRY(in.u32());
    if (still.width == 0 || still.height == 0) return fail(Errc::Malformed, "an empty picture");
    return {};
}

bool makes_the_picture(const Chunk& chunk) {
    if (chunk.type == "IDAT") return true;
    if (chunk.type == "PLTE") return chunk.data.size() <= palette_bytes_max;
    return chunk.type == "tRNS" && chunk.data.size() <= transparency_bytes_max;
}

}  // namespace

Result<Still> png_essence(ByteSpan upload) {
    ByteReader in(upload);
    ByteWriter out;
    out.reserve(upload.size());
    out.bytes(TRY(in.bytes(signature_bytes)));
    Still still{};
    still.format = StillFormat::Png;
    const Chunk header = TRY(read_chunk(in));
    TRY_VOID(read_header(header, still));
    out.bytes(header.whole);
    still.orientation = 1;
    for (;;) {
        const Chunk chunk = TRY(read_chunk(in));
        if (chunk.type == "eXIf") still.orientation = exif_orientation(chunk.data);
        if (makes_the_picture(chunk)) out.bytes(chunk.whole);
        if (chunk.type != "IEND") continue;
        out.u32(0);
        out.text("IEND");
        out.u32(0xAE426082);  // its check sum, always
        still.bytes = std::move(out).take();
        return still;
    }
}

}  // namespace shopcast::wire
