#include "picture/keyframe_jpeg.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <mutex>
#include <string>

#include "base/limits.hpp"
#include "wire/h264.hpp"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/log.h>
#include <libswscale/swscale.h>
}

namespace shopcast::picture {
namespace {

struct Free {
    void operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
    void operator()(AVFrame* frame) const { av_frame_free(&frame); }
    void operator()(AVPacket* packet) const { av_packet_free(&packet); }
    void operator()(SwsContext* scaler) const { sws_freeContext(scaler); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

/// The quantizer of an ordinary JPEG: 2 is the finest, 31 the coarsest. 3 keeps lettering clean.
constexpr int quantizer = 3;
/// From this height on a picture that does not name its matrix is taken for BT.709, as browsers do.
constexpr int high_definition_from = 720;

std::unexpected<Error> av_failed(Errc code, std::string_view what, int error_number) {
    std::array<char, AV_ERROR_MAX_STRING_SIZE> words{};
    av_strerror(error_number, words.data(), words.size());
    return fail(code, std::string(what) + ": " + words.data());
}

Result<void> check_size(std::uint32_t width, std::uint32_t height) {
    if (std::int64_t{width} * height <= limits::poster_source_pixels_max) return {};
    return fail(Errc::TooLarge, "the picture has " + std::to_string(width) + "x" +
                                    std::to_string(height) + " pixels");
}

/// It would write what strangers' bytes make it think to standard error.
void silence_libav() {
    static std::once_flag once;
    std::call_once(once, [] { av_log_set_level(AV_LOG_QUIET); });
}

Result<Owned<AVCodecContext>> open_decoder(ByteSpan avc_record) {
    const AVCodec* codec = avcodec_find_decoder(AV_CODEC_ID_H264);
    if (codec == nullptr) return fail(Errc::Internal, "libavcodec has no H.264 decoder");
    Owned<AVCodecContext> decoder(avcodec_alloc_context3(codec));
    if (!decoder) return fail(Errc::Internal, "no memory for a decoder");
    decoder->extradata =
        static_cast<std::uint8_t*>(av_mallocz(avc_record.size() + AV_INPUT_BUFFER_PADDING_SIZE));
    if (decoder->extradata == nullptr) return fail(Errc::Internal, "no memory for a decoder");
    std::ranges::copy(avc_record, reinterpret_cast<std::byte*>(decoder->extradata));
    decoder->extradata_size = static_cast<int>(avc_record.size());
    decoder->thread_count = 1;
    // Parameter sets inside the access unit may say something else than the record's.
    decoder->max_pixels = limits::poster_source_pixels_max;
    decoder->flags |= AV_CODEC_FLAG_LOW_DELAY;
    decoder->err_recognition = AV_EF_CRCCHECK | AV_EF_BITSTREAM | AV_EF_BUFFER | AV_EF_EXPLODE;
    // A picture with holes painted over is worse than the one before.
    decoder->error_concealment = 0;
    if (const int error = avcodec_open2(decoder.get(), codec, nullptr); error < 0) {
        return av_failed(Errc::Malformed, "open the decoder", error);
    }
    return decoder;
}

Result<Owned<AVFrame>> decode(ByteSpan avc_record, ByteSpan access_unit) {
    const Owned<AVCodecContext> decoder = TRY(open_decoder(avc_record));
    const Owned<AVPacket> packet(av_packet_alloc());
    Owned<AVFrame> frame(av_frame_alloc());
    if (!packet || !frame ||
        av_new_packet(packet.get(), static_cast<int>(access_unit.size())) < 0) {
        return fail(Errc::Internal, "no memory for a picture");
    }
    std::ranges::copy(access_unit, reinterpret_cast<std::byte*>(packet->data));
    packet->flags |= AV_PKT_FLAG_KEY;
    if (const int error = avcodec_send_packet(decoder.get(), packet.get()); error < 0) {
        return av_failed(Errc::Malformed, "decode the keyframe", error);
    }
    // Nothing follows: what the decoder held back to order pictures comes out.
    avcodec_send_packet(decoder.get(), nullptr);
    if (const int error = avcodec_receive_frame(decoder.get(), frame.get()); error < 0) {
        return av_failed(Errc::Malformed, "decode the keyframe", error);
    }
    if (frame->decode_error_flags != 0 || (frame->flags & AV_FRAME_FLAG_CORRUPT) != 0) {
        return fail(Errc::Malformed, "the keyframe is damaged");
    }
    return frame;
}

/// What swscale calls the matrix that the picture's colours were made with.
int matrix_of(const AVFrame& frame) {
    switch (frame.colorspace) {
        case AVCOL_SPC_BT709: return SWS_CS_ITU709;
        case AVCOL_SPC_FCC: return SWS_CS_FCC;
        case AVCOL_SPC_BT470BG:
        case AVCOL_SPC_SMPTE170M: return SWS_CS_ITU601;
        case AVCOL_SPC_SMPTE240M: return SWS_CS_SMPTE240M;
        case AVCOL_SPC_BT2020_NCL:
        case AVCOL_SPC_BT2020_CL: return SWS_CS_BT2020;
        default: return frame.height >= high_definition_from ? SWS_CS_ITU709 : SWS_CS_ITU601;
    }
}

/// A JPEG's samples are full range and BT.601 (ITU-T T.871, 6).
Result<Owned<AVFrame>> scale(const AVFrame& from, Size size) {
    Owned<AVFrame> to(av_frame_alloc());
    if (!to) return fail(Errc::Internal, "no memory for a poster");
    to->format = AV_PIX_FMT_YUV420P;
    to->width = static_cast<int>(size.width);
    to->height = static_cast<int>(size.height);
    to->color_range = AVCOL_RANGE_JPEG;
    if (av_frame_get_buffer(to.get(), 0) < 0) return fail(Errc::Internal, "no memory for a poster");
    // "J" is full range: swscale chooses how it will work before it is told the ranges below.
    const Owned<SwsContext> scaler(sws_getContext(
        from.width, from.height, static_cast<AVPixelFormat>(from.format), to->width, to->height,
        AV_PIX_FMT_YUVJ420P, SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT, nullptr, nullptr,
        nullptr));
    if (!scaler) return fail(Errc::Malformed, "the picture's format cannot be scaled");
    const bool full_range = from.color_range == AVCOL_RANGE_JPEG;
    constexpr int neutral = 1 << 16;
    sws_setColorspaceDetails(scaler.get(), sws_getCoefficients(matrix_of(from)), full_range ? 1 : 0,
                             sws_getCoefficients(SWS_CS_ITU601), 1, 0, neutral, neutral);
    if (sws_scale(scaler.get(), from.data, from.linesize, 0, from.height, to->data, to->linesize) !=
        to->height) {
        return fail(Errc::Internal, "the picture was not scaled");
    }
    return to;
}

Result<Bytes> encode(AVFrame& frame) {
    const AVCodec* codec = avcodec_find_encoder(AV_CODEC_ID_MJPEG);
    if (codec == nullptr) return fail(Errc::Internal, "libavcodec has no JPEG encoder");
    const Owned<AVCodecContext> encoder(avcodec_alloc_context3(codec));
    const Owned<AVPacket> packet(av_packet_alloc());
    if (!encoder || !packet) return fail(Errc::Internal, "no memory for a poster");
    encoder->width = frame.width;
    encoder->height = frame.height;
    encoder->pix_fmt = AV_PIX_FMT_YUV420P;
    encoder->color_range = AVCOL_RANGE_JPEG;
    encoder->sample_aspect_ratio = {1, 1};
    encoder->time_base = {1, 1};
    encoder->thread_count = 1;
    // Without it the JPEG would name the encoder.
    encoder->flags |= AV_CODEC_FLAG_QSCALE | AV_CODEC_FLAG_BITEXACT;
    encoder->global_quality = FF_QP2LAMBDA * quantizer;
    frame.quality = encoder->global_quality;
    frame.pts = 0;
    int error = avcodec_open2(encoder.get(), codec, nullptr);
    if (error >= 0) error = avcodec_send_frame(encoder.get(), &frame);
    if (error >= 0) error = avcodec_receive_packet(encoder.get(), packet.get());
    if (error < 0) return av_failed(Errc::Internal, "encode the poster", error);
    const auto jpeg =
        std::as_bytes(std::span(packet->data, static_cast<std::size_t>(packet->size)));
    if (jpeg.size() > limits::poster_bytes_max) {
        return fail(Errc::TooLarge, "the poster has " + std::to_string(jpeg.size()) + " bytes");
    }
    return Bytes::copy_of(jpeg);
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
    const Owned<AVFrame> poster = TRY(scale(*frame, size));
    return encode(*poster);
}

}  // namespace shopcast::picture
