#include "picture/keyframe_jpeg.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/limits.hpp"
#include "picture/frame.hpp"
#include "picture/limits.hpp"
#include "wire/h264.hpp"
#include "wire/limits.hpp"

namespace shopcast::picture {
namespace {

Result<void> check_size(std::uint32_t width, std::uint32_t height) {
    if (std::int64_t{width} * height <= limits::poster_source_pixels_max) return {};
    return fail(Errc::TooLarge, "the picture has " + std::to_string(width) + "x" +
                                    std::to_string(height) + " pixels");
}

Result<Owned<AVCodecContext>> open_decoder(ByteSpan avc_record) {
    // Parameter sets inside the access unit may say something else than the record's.
    Owned<AVCodecContext> decoder =
        TRY(careful_decoder(AV_CODEC_ID_H264, limits::poster_source_pixels_max));
    decoder->extradata =
        static_cast<std::uint8_t*>(av_mallocz(avc_record.size() + AV_INPUT_BUFFER_PADDING_SIZE));
    if (decoder->extradata == nullptr) return fail(Errc::Internal, "no memory for a decoder");
    std::ranges::copy(avc_record, reinterpret_cast<std::byte*>(decoder->extradata));
    decoder->extradata_size = static_cast<int>(avc_record.size());
    if (const int error = avcodec_open2(decoder.get(), decoder->codec, nullptr); error < 0) {
        return av_failed(Errc::Malformed, "open the decoder", error);
    }
    return decoder;
}

Result<Owned<AVFrame>> decode(ByteSpan avc_record, ByteSpan access_unit) {
    const Owned<AVCodecContext> decoder = TRY(open_decoder(avc_record));
    return decode_one(*decoder, access_unit);
}

}  // namespace

Size poster_size(Size picture, std::uint32_t horizontal, std::uint32_t vertical) {
    const bool told = horizontal > 0 && vertical > 0;
    const double width = picture.width * (told ? double(horizontal) / vertical : 1.0);
    const double height = picture.height;
    const double factor =
        std::min({1.0, limits::poster_width_max_px / width, limits::poster_height_max_px / height});
    // A picture that is small enough loses its odd row instead of being stretched by one.
    const auto even = [factor](double length, std::uint32_t most) {
        const double half = length * factor / 2;
        const double whole = factor < 1 ? std::round(half) : std::floor(half);
        return std::clamp(2 * static_cast<std::uint32_t>(whole), 2U, most);
    };
    return {.width = even(width, limits::poster_width_max_px),
            .height = even(height, limits::poster_height_max_px)};
}

Result<Bytes> keyframe_jpeg(ByteSpan avc_record, ByteSpan access_unit) {
    silence_libav();
    if (avc_record.empty() || access_unit.empty()) return fail(Errc::Malformed, "no keyframe");
    if (access_unit.size() > limits::rtmp_message_bytes_max) {
        return fail(Errc::TooLarge,
                    "a keyframe of " + std::to_string(access_unit.size()) + " bytes");
    }
    const wire::AvcRecord record = TRY(wire::AvcRecord::parse(avc_record));
    const wire::Sps sps = TRY(record.parse_sps());
    TRY_VOID(check_size(sps.width, sps.height));
    const Owned<AVFrame> frame = TRY(decode(avc_record, access_unit));
    const AVRational shape = frame->sample_aspect_ratio;
    const Size size = poster_size({.width = static_cast<std::uint32_t>(frame->width),
                                   .height = static_cast<std::uint32_t>(frame->height)},
                                  static_cast<std::uint32_t>(std::max(shape.num, 0)),
                                  static_cast<std::uint32_t>(std::max(shape.den, 0)));
    const Owned<AVFrame> poster = TRY(scaled(*frame, size));
    return to_jpeg(*poster, limits::poster_bytes_max);
}

}  // namespace shopcast::picture
