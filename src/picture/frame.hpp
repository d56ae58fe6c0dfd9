#pragma once

#include <memory>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "picture/keyframe_jpeg.hpp"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libswscale/swscale.h>
}

/// What this module's decoders share of libav. For picture/*.cpp only.
namespace shopcast::picture {

struct Free {
    void operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
    void operator()(AVFrame* frame) const { av_frame_free(&frame); }
    void operator()(AVPacket* packet) const { av_packet_free(&packet); }
    void operator()(SwsContext* scaler) const { sws_freeContext(scaler); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

/// "`what`: libav's words".
std::unexpected<Error> av_failed(Errc code, std::string_view what, int error_number);

/// It would write what strangers' bytes make it think to standard error.
void silence_libav();

/// A decoder that is not open yet: one thread, no picture above `pixels_max`, damage is an error.
Result<Owned<AVCodecContext>> careful_decoder(AVCodecID codec, std::int64_t pixels_max);
/// The one picture in `bytes`. Errors: Malformed.
Result<Owned<AVFrame>> decode_one(AVCodecContext& decoder, ByteSpan bytes);

/// As large as `size`, full range and BT.601: what a JPEG's samples are (ITU-T T.871, 6).
Result<Owned<AVFrame>> scaled(const AVFrame& from, Size size);
/// Errors: TooLarge: more than `bytes_max`.
Result<Bytes> to_jpeg(AVFrame& frame, std::size_t bytes_max);

}  // namespace shopcast::picture
