#pragma once

#include "base/limits.hpp"

namespace shopcast::limits {

/// 40 megapixels; decoded and scaled they are 240 MB for a moment, on the one thread that does it.
/// More: refused.
constexpr std::int64_t picture_upload_pixels_max = 40'000'000;
/// A card on home is 320 CSS pixels wide at most, on screens of two pixels each.
constexpr std::uint32_t poster_width_max_px = 640;
/// 9:16 at that width has 1138. Taller: the poster is narrower.
constexpr std::uint32_t poster_height_max_px = 1280;
/// DCI 4K; three such frames are 42 MB. Larger: the stream has no poster.
constexpr std::int64_t poster_source_pixels_max = std::int64_t{4096} * 2304;

}  // namespace shopcast::limits
