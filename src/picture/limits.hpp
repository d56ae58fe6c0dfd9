#pragma once

#include "base/limits.hpp"

namespace shopcast::limits {

/// 40 megapixels; decoded and scaled they are 240 MB for a moment, in a child. More: refused.
constexpr std::int64_t picture_upload_pixels_max = 40'000'000;
/// Four times as long as 40 megapixels square: no JPEG can be longer than 65,535. Longer: refused.
constexpr std::uint32_t picture_upload_side_max_px = 25'000;
/// Noise of 960x4096, more than any page shows of a picture. Larger: the upload is refused.
constexpr std::size_t still_jpeg_bytes_max = 4 * MiB;
/// Widths of one upload: a card's, a page's, and that of screens of two pixels each.
constexpr std::size_t still_widths_max = 3;
/// A card on home is 320 CSS pixels wide at most, on screens of two pixels each.
constexpr std::uint32_t poster_width_max_px = 640;
/// 9:16 at that width has 1138. Taller: the poster is narrower.
constexpr std::uint32_t poster_height_max_px = 1280;
/// DCI 4K; three such frames are 42 MB. Larger: the stream has no poster.
constexpr std::int64_t poster_source_pixels_max = std::int64_t{4096} * 2304;

/// What stands in front of and between the bytes of an order or an answer: 30 bytes. An
/// AVCDecoderConfigurationRecord has 31 + 255 parameter sets of 64 KiB at most, and really 60
/// bytes; longer: no poster.
constexpr std::size_t decoder_frame_bytes_max = 64 * KiB;
/// Of an error's words; the rest is cut off.
constexpr std::size_t decoder_words_max = 200;
/// 40 megapixels of 16 bits and alpha are 320 MB, the same over white 160; 64 are for the messages.
/// More: the picture is refused, as too large or as damaged.
constexpr std::uint64_t decoder_memory_bytes_max = 640 * MiB;
/// 40 megapixels take one second, as a progressive JPEG three. More: the decoder dies of it.
constexpr auto decoder_cpu_max = 10s;
/// For its turn and its answer; a busy machine gives a decoder a fraction of a processor. Later: an
/// upload is to be tried again, a poster is not renewed.
constexpr auto decoder_upload_timeout = 60s;
constexpr auto decoder_poster_timeout = 20s;  // two posters' time
static_assert(std::int64_t{picture_upload_side_max_px} * 1600 <= picture_upload_pixels_max);

}  // namespace shopcast::limits
