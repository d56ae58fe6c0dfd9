#include "picture/frame.hpp"

#include <algorithm>
#include <array>
#include <mutex>
#include <string>

extern "C" {
#include <libavutil/log.h>
}

namespace shopcast::picture {
namespace {

/// The quantizer of an ordinary JPEG: 2 is the finest, 31 the coarsest. 3 keeps lettering clean.
constexpr int quantizer = 3;
/// From this height on a picture that does not name its matrix is taken for BT.709, as browsers do.
constexpr int high_definition_from = 720;

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

}  // namespace

std::unexpected<Error> av_failed(Errc code, std::string_view what, int error_number) {
    std::array<char, AV_ERROR_MAX_STRING_SIZE> words{};
    av_strerror(error_number, words.data(), words.size());
    return fail(code, std::string(what) + ": " + words.data());
}

void silence_libav() {
    static std::once_flag once;
    std::call_once(once, [] { av_log_set_level(AV_LOG_QUIET); });
}

Result<Owned<AVCodecContext>> careful_decoder(AVCodecID id, std::int64_t pixels_max) {
    const AVCodec* codec = avcodec_find_decoder(id);
    if (codec == nullptr) return fail(Errc::Internal, "libavcodec lacks a decoder");
    Owned<AVCodecContext> decoder(avcodec_alloc_context3(codec));
    if (!decoder) return fail(Errc::Internal, "no memory for a decoder");
    decoder->thread_count = 1;
    decoder->max_pixels = pixels_max;
    decoder->flags |= AV_CODEC_FLAG_LOW_DELAY;
    decoder->err_recognition = AV_EF_CRCCHECK | AV_EF_BITSTREAM | AV_EF_BUFFER | AV_EF_EXPLODE;
    // A picture with holes painted over is worse than the one before.
    decoder->error_concealment = 0;
    return decoder;
}

Result<Owned<AVFrame>> decode_one(AVCodecContext& decoder, ByteSpan bytes) {
    const Owned<AVPacket> packet(av_packet_alloc());
    Owned<AVFrame> frame(av_frame_alloc());
    if (!packet || !frame || av_new_packet(packet.get(), static_cast<int>(bytes.size())) < 0) {
        return fail(Errc::Internal, "no memory for a picture");
    }
    std::ranges::copy(bytes, reinterpret_cast<std::byte*>(packet->data));
    packet->flags |= AV_PKT_FLAG_KEY;
    if (const int error = avcodec_send_packet(&decoder, packet.get()); error < 0) {
        return av_failed(Errc::Malformed, "decode the picture", error);
    }
    // Nothing follows: what the decoder held back to order pictures comes out.
    avcodec_send_packet(&decoder, nullptr);
    if (const int error = avcodec_receive_frame(&decoder, frame.get()); error < 0) {
        return av_failed(Errc::Malformed, "decode the picture", error);
    }
    if (frame->decode_error_flags != 0 || (frame->flags & AV_FRAME_FLAG_CORRUPT) != 0) {
        return fail(Errc::Malformed, "the picture is damaged");
    }
    return frame;
}

Result<Owned<AVFrame>> scaled(const AVFrame& from, Size size) {
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

Result<Bytes> to_jpeg(AVFrame& frame, std::size_t bytes_max) {
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
    if (error < 0) return av_failed(Errc::Internal, "encode the JPEG", error);
    const auto jpeg =
        std::as_bytes(std::span(packet->data, static_cast<std::size_t>(packet->size)));
    if (jpeg.size() > bytes_max) {
        return fail(Errc::TooLarge, "the JPEG has " + std::to_string(jpeg.size()) + " bytes");
    }
    return Bytes::copy_of(jpeg);
}

}  // namespace shopcast::picture
