#include "picture/decoder_pipe.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/byte_reader.hpp"
#include "base/byte_writer.hpp"
#include "base/limits.hpp"
#include "picture/limits.hpp"

namespace shopcast::picture {
namespace {

// The first byte of an order, and of an answer.
constexpr std::uint8_t stills_order = 'S';
constexpr std::uint8_t poster_order = 'P';
constexpr std::uint8_t pictures_answer = 'J';
constexpr std::uint8_t error_answer = 'E';

/// What a decoder may say of a picture, by its place here.
constexpr std::array decoder_errors{Errc::Malformed, Errc::TooLarge, Errc::Unsupported,
                                    Errc::Internal};

std::unexpected<Error> no_answer(const char* why) {
    return fail(Errc::Internal, std::string("the decoder's answer is none: ") + why);
}

/// Its words are shown to people and stand in the log.
std::string printable(ByteSpan words) {
    std::string text(as_text(words.first(std::min(words.size(), limits::decoder_words_max))));
    std::ranges::replace_if(text, [](char c) { return c < ' ' || c > '~'; }, '?');
    return text;
}

std::unexpected<Error> error_in(ByteReader in) {
    const auto code = in.u8();
    if (!code || *code >= decoder_errors.size()) return no_answer("an unknown error");
    return fail(decoder_errors[*code], printable(in.rest()));
}

Result<Bytes> jpeg_in(ByteReader& in, std::size_t bytes_max) {
    const std::uint32_t length = TRY(in.u32());
    if (length > bytes_max) return no_answer("a JPEG is too large");
    const ByteSpan jpeg = TRY(in.bytes(length));
    if (!as_text(jpeg).starts_with("\xFF\xD8") || !as_text(jpeg).ends_with("\xFF\xD9")) {
        return no_answer("this is no JPEG");
    }
    return Bytes::copy_of(jpeg);
}

Result<Stills> pictures_in(ByteReader in, std::size_t count, std::size_t bytes_max) {
    Stills stills;
    stills.size.width = TRY(in.u32());
    stills.size.height = TRY(in.u32());
    if (TRY(in.u8()) != count) return no_answer("not as many pictures as were asked for");
    for (std::size_t i = 0; i < count; ++i) {
        stills.jpegs.push_back(TRY(jpeg_in(in, bytes_max)));
    }
    if (!in.done()) return no_answer("something stands behind the pictures");
    return stills;
}

Result<Stills> parse_answer(ByteSpan answer, std::size_t count, std::size_t bytes_max) {
    ByteReader in(answer);
    const auto kind = in.u8();
    if (kind && *kind == error_answer) return error_in(in);
    if (!kind || *kind != pictures_answer) return no_answer("neither pictures nor an error");
    Result<Stills> stills = pictures_in(in, count, bytes_max);
    if (!stills && stills.error().code == Errc::Malformed) return no_answer("it ends early");
    return stills;
}

}  // namespace

ByteVector write_order(const Order& order) {
    ByteWriter out;
    if (const auto* stills = std::get_if<StillsOrder>(&order)) {
        out.reserve(stills->upload.size() + limits::decoder_frame_bytes_max);
        out.u8(stills_order);
        out.u8(static_cast<std::uint8_t>(stills->widths.size()));
        for (const std::uint32_t width : stills->widths) out.u32(width);
        out.bytes(stills->upload);
    } else {
        const auto& poster = std::get<PosterOrder>(order);
        out.reserve(poster.avc_record.size() + poster.access_unit.size() +
                    limits::decoder_frame_bytes_max);
        out.u8(poster_order);
        out.u32(static_cast<std::uint32_t>(poster.avc_record.size()));
        out.bytes(poster.avc_record);
        out.bytes(poster.access_unit);
    }
    return std::move(out).take();
}

Result<Order> parse_order(ByteSpan message) {
    ByteReader in(message);
    const std::uint8_t kind = TRY(in.u8());
    if (kind == stills_order) {
        StillsOrder order;
        const std::uint8_t count = TRY(in.u8());
        if (count > limits::still_widths_max) return fail(Errc::Malformed, "too many widths");
        for (std::size_t i = 0; i < count; ++i) order.widths.push_back(TRY(in.u32()));
        order.upload = in.rest();
        return order;
    }
    if (kind != poster_order) return fail(Errc::Malformed, "this is no order");
    const std::uint32_t length = TRY(in.u32());
    const ByteSpan record = TRY(in.bytes(length));
    return PosterOrder{.avc_record = record, .access_unit = in.rest()};
}

ByteVector write_answer(const Result<Stills>& answer) {
    ByteWriter out;
    if (!answer) {
        out.u8(error_answer);
        const auto place = std::ranges::find(decoder_errors, answer.error().code);
        const auto known = place == decoder_errors.end() ? decoder_errors.end() - 1 : place;
        out.u8(static_cast<std::uint8_t>(known - decoder_errors.begin()));
        out.text(answer.error().message);
        return std::move(out).take();
    }
    out.u8(pictures_answer);
    out.u32(answer->size.width);
    out.u32(answer->size.height);
    out.u8(static_cast<std::uint8_t>(answer->jpegs.size()));
    for (const Bytes& jpeg : answer->jpegs) {
        out.u32(static_cast<std::uint32_t>(jpeg.size()));
        out.bytes(jpeg);
    }
    return std::move(out).take();
}

Result<Stills> parse_stills(ByteSpan answer, std::size_t count) {
    Stills stills = TRY(parse_answer(answer, count, limits::still_jpeg_bytes_max));
    const auto [width, height] = stills.size;
    if (width < 1 || height < 1 || width > limits::picture_upload_side_max_px ||
        height > limits::picture_upload_side_max_px ||
        std::int64_t{width} * height > limits::picture_upload_pixels_max) {
        return no_answer("no upload has that size");
    }
    return stills;
}

Result<Bytes> parse_poster(ByteSpan answer) {
    Stills stills = TRY(parse_answer(answer, 1, limits::poster_bytes_max));
    return std::move(stills.jpegs.front());
}

}  // namespace shopcast::picture
