#include "picture/still_jpegs.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/limits.hpp"
#include "picture/frame.hpp"
#include "picture/limits.hpp"
#include "wire/still.hpp"

extern "C" {
#include <libavutil/pixdesc.h>
}

namespace shopcast::picture {
namespace {

AVCodecID codec_of(wire::StillFormat format) {
    switch (format) {
        case wire::StillFormat::Jpeg: return AV_CODEC_ID_MJPEG;
        case wire::StillFormat::Png: return AV_CODEC_ID_PNG;
        case wire::StillFormat::Webp: return AV_CODEC_ID_WEBP;
    }
    return AV_CODEC_ID_NONE;
}

Result<void> check_size(std::int64_t width, std::int64_t height) {
    if (std::max(width, height) <= limits::picture_upload_side_max_px &&
        width * height <= limits::picture_upload_pixels_max) {
        return {};
    }
    return fail(Errc::TooLarge, "the picture has more than 40 megapixels, or is a strip");
}

Result<Owned<AVFrame>> decode(const wire::Still& still) {
    TRY_VOID(check_size(still.width, still.height));
    const Owned<AVCodecContext> decoder =
        TRY(careful_decoder(codec_of(still.format), limits::picture_upload_pixels_max));
    if (const int error = avcodec_open2(decoder.get(), decoder->codec, nullptr); error < 0) {
        return av_failed(Errc::Internal, "open the decoder", error);
    }
    Owned<AVFrame> frame = TRY(decode_one(*decoder, still.bytes));
    if (frame->width < 1 || frame->height < 1) return fail(Errc::Malformed, "an empty picture");
    // It decides by itself what it believes.
    TRY_VOID(check_size(frame->width, frame->height));
    return frame;
}

bool has_alpha(const AVFrame& frame) {
    const AVPixFmtDescriptor* format =
        av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame.format));
    return frame.format == AV_PIX_FMT_PAL8 ||
           (format != nullptr && (format->flags & AV_PIX_FMT_FLAG_ALPHA) != 0);
}

/// The same over white.
Result<Owned<AVFrame>> opaque(const AVFrame& from) {
    Owned<AVFrame> to(av_frame_alloc());
    if (!to) return fail(Errc::Internal, "no memory for a picture");
    to->format = AV_PIX_FMT_RGBA;
    to->width = from.width;
    to->height = from.height;
    if (av_frame_get_buffer(to.get(), 0) < 0) return fail(Errc::Internal, "no memory");
    const Owned<SwsContext> converter(
        sws_getContext(from.width, from.height, static_cast<AVPixelFormat>(from.format), from.width,
                       from.height, AV_PIX_FMT_RGBA, SWS_POINT, nullptr, nullptr, nullptr));
    if (!converter) return fail(Errc::Malformed, "the picture's format cannot be drawn");
    sws_scale(converter.get(), from.data, from.linesize, 0, from.height, to->data, to->linesize);
    for (int y = 0; y < to->height; ++y) {
        std::uint8_t* row = to->data[0] + std::ptrdiff_t{y} * to->linesize[0];
        for (int x = 0; x < to->width; ++x, row += 4) {
            const int alpha = row[3];
            for (int i = 0; i < 3; ++i) {
                row[i] = static_cast<std::uint8_t>((row[i] * alpha + 255 * (255 - alpha)) / 255);
            }
            row[3] = 255;
        }
    }
    return to;
}

bool is_turned(int orientation) {
    return orientation >= 5;
}

/// One plane of samples, turned upright: (x, y) of the result comes from the place that the
/// orientation's definition names.
void turn_plane(const AVFrame& from, AVFrame& to, int plane, int shift, int orientation) {
    const int width = to.width >> shift;
    const int height = to.height >> shift;
    for (int y = 0; y < height; ++y) {
        std::uint8_t* row = to.data[plane] + std::ptrdiff_t{y} * to.linesize[plane];
        for (int x = 0; x < width; ++x) {
            const int right = width - 1 - x;
            const int bottom = height - 1 - y;
            const std::array<std::pair<int, int>, 8> places{{{x, y},
                                                             {right, y},
                                                             {right, bottom},
                                                             {x, bottom},
                                                             {y, x},
                                                             {y, right},
                                                             {bottom, right},
                                                             {bottom, x}}};
            const auto [column, line] = places[static_cast<std::size_t>(orientation - 1)];
            row[x] = from.data[plane][std::ptrdiff_t{line} * from.linesize[plane] + column];
        }
    }
}

/// A scaled picture as it is to be seen. Its sides are even, so that all planes turn alike.
Result<Owned<AVFrame>> upright(Owned<AVFrame> from, int orientation) {
    if (orientation == 1) return from;
    Owned<AVFrame> to(av_frame_alloc());
    if (!to) return fail(Errc::Internal, "no memory for a picture");
    to->format = from->format;
    to->width = is_turned(orientation) ? from->height : from->width;
    to->height = is_turned(orientation) ? from->width : from->height;
    to->color_range = from->color_range;
    if (av_frame_get_buffer(to.get(), 0) < 0) return fail(Errc::Internal, "no memory");
    for (const int plane : {0, 1, 2}) {
        turn_plane(*from, *to, plane, plane == 0 ? 0 : 1, orientation);
    }
    return to;
}

/// Both sides even: a JPEG's colours are of two by two samples.
std::uint32_t even(std::int64_t length) {
    return static_cast<std::uint32_t>(std::max<std::int64_t>(2, length / 2 * 2));
}

}  // namespace

Result<Stills> still_jpegs(ByteSpan upload, std::span<const std::uint32_t> widths) {
    silence_libav();
    if (upload.size() > limits::picture_upload_bytes_max) {
        return fail(Errc::TooLarge, "the picture has more than 1 MiB");
    }
    const wire::Still still = TRY(wire::still_essence(upload));
    Owned<AVFrame> frame = TRY(decode(still));
    const int orientation = still.orientation;
    if (has_alpha(*frame)) frame = TRY(opaque(*frame));

    Stills stills;
    const auto width = static_cast<std::uint32_t>(frame->width);
    const auto height = static_cast<std::uint32_t>(frame->height);
    const bool turned = is_turned(orientation);
    stills.size = turned ? Size{height, width} : Size{width, height};
    for (const std::uint32_t wanted : widths) {
        const std::int64_t seen_width = std::min(wanted, stills.size.width);
        const std::int64_t seen_height = seen_width * stills.size.height / stills.size.width;
        const Size seen{even(seen_width), even(seen_height)};
        const Size drawn = turned ? Size{seen.height, seen.width} : seen;
        Owned<AVFrame> small = TRY(scaled(*frame, drawn));
        small = TRY(upright(std::move(small), orientation));
        stills.jpegs.push_back(TRY(to_jpeg(*small, limits::still_jpeg_bytes_max)));
    }
    return stills;
}

}  // namespace shopcast::picture
