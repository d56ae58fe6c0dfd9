#pragma once

#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "picture/still_jpegs.hpp"

/// What the server and its decoder say to each other (picture/decoder.hpp). Pure functions; the
/// server believes nothing that it reads, for whoever sent a picture may speak by then.
namespace shopcast::picture {

/// still_jpegs() of these.
struct StillsOrder {
    std::vector<std::uint32_t> widths;
    ByteSpan upload;
};
/// keyframe_jpeg() of these.
struct PosterOrder {
    ByteSpan avc_record;
    ByteSpan access_unit;
};
using Order = std::variant<StillsOrder, PosterOrder>;

ByteVector write_order(const Order& order);
/// Refers to `message`. Errors: Malformed.
Result<Order> parse_order(ByteSpan message);

ByteVector write_answer(const Result<Stills>& answer);
/// What came of a StillsOrder with `count` widths: as many JPEGs, by their first and last bytes,
/// each within limits::still_jpeg_bytes_max; or the decoder's own error, in printable words.
/// Errors: those of still_jpegs(); Internal: the answer is none.
Result<Stills> parse_stills(ByteSpan answer, std::size_t count);
/// What came of a PosterOrder: one JPEG within limits::poster_bytes_max.
Result<Bytes> parse_poster(ByteSpan answer);

}  // namespace shopcast::picture
