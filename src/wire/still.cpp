#include "wire/still.hpp"

#include <algorithm>
#include <optional>

#include "base/byte_reader.hpp"
#include "wire/still_formats.hpp"

namespace shopcast::wire {
namespace {

/// Numbers of a TIFF, in the order of bytes that it declares (TIFF 6.0, 2).
class TiffReader {
public:
    TiffReader(ByteSpan tiff, bool is_little) : tiff_(tiff), is_little_(is_little) {}

    std::optional<std::uint32_t> number(std::size_t at, std::size_t length) const {
        if (at > tiff_.size() || length > tiff_.size() - at) return std::nullopt;
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < length; ++i) {
            const std::size_t place = is_little_ ? at + length - 1 - i : at + i;
            value = value << 8 | std::to_integer<std::uint32_t>(tiff_[place]);
        }
        return value;
    }

private:
    ByteSpan tiff_;
    bool is_little_;
};

constexpr std::uint32_t orientation_tag = 0x0112;
constexpr std::uint32_t short_type = 3;
constexpr std::size_t entry_bytes = 12;

}  // namespace

Result<Still> still_essence(ByteSpan upload) {
    const std::string_view text = as_text(upload.first(std::min<std::size_t>(upload.size(), 16)));
    if (text.starts_with("\xFF\xD8\xFF")) return jpeg_essence(upload);
    if (text.starts_with("\x89PNG\r\n\x1A\n")) return png_essence(upload);
    if (text.starts_with("RIFF") && text.size() >= 12 && text.substr(8, 4) == "WEBP") {
        return webp_essence(upload);
    }
    return fail(Errc::Unsupported, "this is no JPEG, PNG or WebP picture");
}

int exif_orientation(ByteSpan tiff) {
    const std::string_view begin = as_text(tiff.first(std::min<std::size_t>(tiff.size(), 2)));
    if (begin != "II" && begin != "MM") return 1;
    const TiffReader in(tiff, begin == "II");
    const auto directory = in.number(4, 4);
    const auto count = directory ? in.number(*directory, 2) : std::nullopt;
    if (!count) return 1;
    for (std::size_t i = 0; i < *count; ++i) {
        const std::size_t at = *directory + 2 + i * entry_bytes;
        const auto tag = in.number(at, 2);
        if (!tag) return 1;
        if (*tag != orientation_tag) continue;
        const auto type = in.number(at + 2, 2);
        const auto value = in.number(at + 8, 2);
        const bool is_known = type == short_type && value && *value >= 1 && *value <= 8;
        return is_known ? static_cast<int>(*value) : 1;
    }
    return 1;
}

}  // namespace shopcast::wire
