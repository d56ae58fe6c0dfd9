#include "wire/h264_sps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "wire/bit_reader.hpp"

namespace shopcast::wire {
namespace {

constexpr std::uint32_t macroblock = 16;
constexpr std::uint32_t side_max = 16'384;

/// Profiles whose parameter sets carry the chroma format and bit depths (7.3.2.1.1).
bool has_chroma_fields(std::uint8_t profile) {
    constexpr std::array<std::uint8_t, 13> profiles = {100, 110, 122, 244, 44,  83, 86,
                                                       118, 128, 138, 139, 134, 135};
    return std::ranges::find(profiles, profile) != profiles.end();
}

Result<void> skip_scaling_list(BitReader& in, int size) {
    std::int32_t last = 8;
    std::int32_t next = 8;
    for (int i = 0; i < size && next != 0; ++i) {
        const std::int32_t delta = TRY(in.signed_golomb());
        if (delta < -128 || delta > 127) return fail(Errc::Malformed, "a scaling list is broken");
        next = (last + delta + 256) % 256;
        if (next != 0) last = next;
    }
    return {};
}

Result<void> read_chroma(BitReader& in, Sps& out) {
    const std::uint32_t format = TRY(in.unsigned_golomb());
    if (format > 3) return fail(Errc::Malformed, "an SPS has an unknown chroma format");
    out.chroma_format = static_cast<std::uint8_t>(format);
    if (format == 3) TRY_VOID(in.skip(1));  // separate_colour_plane_flag
    const std::uint32_t luma = TRY(in.unsigned_golomb());
    const std::uint32_t chroma = TRY(in.unsigned_golomb());
    if (luma > 6 || chroma > 6) return fail(Errc::Malformed, "an SPS has an unknown bit depth");
    out.bit_depth_luma = static_cast<std::uint8_t>(8 + luma);
    out.bit_depth_chroma = static_cast<std::uint8_t>(8 + chroma);
    TRY_VOID(in.skip(1));  // qpprime_y_zero_transform_bypass_flag
    if (!TRY(in.flag())) return {};
    const int lists = format == 3 ? 12 : 8;
    for (int i = 0; i < lists; ++i) {
        if (TRY(in.flag())) TRY_VOID(skip_scaling_list(in, i < 6 ? 16 : 64));
    }
    return {};
}

Result<void> skip_picture_order(BitReader& in) {
    const std::uint32_t type = TRY(in.unsigned_golomb());
    if (type == 0) {
        TRY_VOID(in.unsigned_golomb());
    } else if (type == 1) {
        TRY_VOID(in.skip(1));
        TRY_VOID(in.signed_golomb());
        TRY_VOID(in.signed_golomb());
        const std::uint32_t cycle = TRY(in.unsigned_golomb());
        if (cycle > 255) return fail(Errc::Malformed, "an SPS has a picture order cycle over 255");
        for (std::uint32_t i = 0; i < cycle; ++i) TRY_VOID(in.signed_golomb());
    } else if (type > 2) {
        return fail(Errc::Malformed, "an SPS has an unknown picture order type");
    }
    return {};
}

Result<void> read_size(BitReader& in, Sps& out) {
    const std::uint32_t width_blocks = TRY(in.unsigned_golomb());
    const std::uint32_t height_blocks = TRY(in.unsigned_golomb());
    if (width_blocks >= side_max / macroblock || height_blocks >= side_max / macroblock) {
        return fail(Errc::Unsupported, "the picture is larger than 16,384 samples a side");
    }
    const bool frames_only = TRY(in.flag());
    const std::uint32_t fields = frames_only ? 1 : 2;
    out.interlaced = !frames_only;
    if (!frames_only) TRY_VOID(in.skip(1));  // mb_adaptive_frame_field_flag
    TRY_VOID(in.skip(1));                    // direct_8x8_inference_flag
    const std::uint32_t width = (width_blocks + 1) * macroblock;
    const std::uint32_t height = (height_blocks + 1) * macroblock * fields;
    out.width = width;
    out.height = height;
    if (!TRY(in.flag())) return {};

    // 7.4.2.1.1: cropping counts chroma samples, and field lines twice.
    const std::uint32_t unit_x = out.chroma_format == 1 || out.chroma_format == 2 ? 2 : 1;
    const std::uint32_t unit_y = (out.chroma_format == 1 ? 2 : 1) * fields;
    std::array<std::uint64_t, 4> crop{};  // left, right, top, bottom
    for (std::uint64_t& side : crop) side = TRY(in.unsigned_golomb());
    const std::uint64_t crop_x = (crop[0] + crop[1]) * unit_x;
    const std::uint64_t crop_y = (crop[2] + crop[3]) * unit_y;
    if (crop_x >= width || crop_y >= height) {
        return fail(Errc::Malformed, "an SPS crops the whole picture away");
    }
    out.width = width - static_cast<std::uint32_t>(crop_x);
    out.height = height - static_cast<std::uint32_t>(crop_y);
    return {};
}

Result<void> read_aspect_ratio(BitReader& in, Sps& out) {
    // Table E-1, from aspect_ratio_idc 1 on.
    constexpr std::array<Sps::Ratio, 16> known = {{{1, 1},
                                                   {12, 11},
                                                   {10, 11},
                                                   {16, 11},
                                                   {40, 33},
                                                   {24, 11},
                                                   {20, 11},
                                                   {32, 11},
                                                   {80, 33},
                                                   {18, 11},
                                                   {15, 11},
                                                   {64, 33},
                                                   {160, 99},
                                                   {4, 3},
                                                   {3, 2},
                                                   {2, 1}}};
    constexpr std::uint32_t extended = 255;
    const std::uint32_t idc = TRY(in.bits(8));
    if (idc >= 1 && idc <= known.size()) out.sample_aspect_ratio = known[idc - 1];
    if (idc != extended) return {};
    const std::uint32_t horizontal = TRY(in.bits(16));
    const std::uint32_t vertical = TRY(in.bits(16));
    if (horizontal != 0 && vertical != 0) out.sample_aspect_ratio = {horizontal, vertical};
    return {};
}

Result<void> read_vui(BitReader& in, Sps& out) {
    if (TRY(in.flag())) TRY_VOID(read_aspect_ratio(in, out));
    if (TRY(in.flag())) TRY_VOID(in.skip(1));  // overscan
    if (TRY(in.flag())) {                      // video_signal_type
        TRY_VOID(in.skip(3));
        Sps::Colour colour;
        colour.full_range = TRY(in.flag());
        if (TRY(in.flag())) {
            colour.primaries = static_cast<std::uint8_t>(TRY(in.bits(8)));
            colour.transfer = static_cast<std::uint8_t>(TRY(in.bits(8)));
            colour.matrix = static_cast<std::uint8_t>(TRY(in.bits(8)));
        }
        out.colour = colour;
    }
    if (TRY(in.flag())) {  // chroma_loc_info
        TRY_VOID(in.unsigned_golomb());
        TRY_VOID(in.unsigned_golomb());
    }
    if (TRY(in.flag())) {  // timing_info
        const std::uint32_t units_in_tick = TRY(in.bits(32));
        const std::uint32_t time_scale = TRY(in.bits(32));
        // E.2.1: a frame takes two ticks, a field one.
        if (units_in_tick != 0 && time_scale != 0) {
            out.frame_rate = static_cast<double>(time_scale) / (2.0 * units_in_tick);
        }
    }
    return {};
}

Result<void> read_body(BitReader& in, Sps& out) {
    out.id = TRY(in.unsigned_golomb());
    if (out.id > 31) return fail(Errc::Malformed, "an SPS has an id over 31");
    if (has_chroma_fields(out.profile)) TRY_VOID(read_chroma(in, out));
    TRY_VOID(in.unsigned_golomb());  // log2_max_frame_num
    TRY_VOID(skip_picture_order(in));
    TRY_VOID(in.unsigned_golomb());  // max_num_ref_frames
    TRY_VOID(in.skip(1));            // gaps_in_frame_num_value_allowed_flag
    TRY_VOID(read_size(in, out));
    // Some hardware encoders cut or garble the VUI; what was read of it until then counts.
    const auto has_vui = in.flag();
    if (has_vui && *has_vui) (void)read_vui(in, out);
    return {};
}

}  // namespace

ByteVector to_rbsp(ByteSpan nal) {
    ByteVector out;
    out.reserve(nal.size());
    std::size_t zeros = 0;
    for (const std::byte byte : nal) {
        if (zeros >= 2 && byte == std::byte{3}) {
            zeros = 0;
            continue;
        }
        zeros = byte == std::byte{0} ? zeros + 1 : 0;
        out.push_back(byte);
    }
    return out;
}

Result<Sps> parse_sps(ByteSpan nal) {
    if (nal.size() < 4) return fail(Errc::Malformed, "an SPS is too short");
    if ((nal[0] & std::byte{0x1F}) != std::byte{7}) {
        return fail(Errc::Malformed, "not a sequence parameter set");
    }
    // The longest legal SPS stays far below this; a long one is not worth unescaping.
    const ByteVector rbsp = to_rbsp(nal.subspan(1, std::min<std::size_t>(nal.size() - 1, 4096)));
    if (rbsp.size() < 3) return fail(Errc::Malformed, "an SPS is too short");
    Sps out;
    out.profile = std::to_integer<std::uint8_t>(rbsp[0]);
    out.constraints = std::to_integer<std::uint8_t>(rbsp[1]);
    out.level = std::to_integer<std::uint8_t>(rbsp[2]);
    BitReader in(ByteSpan(rbsp).subspan(3));
    TRY_VOID(read_body(in, out));
    return out;
}

Result<std::uint32_t> parameter_set_id(ByteSpan nal) {
    // An SPS has profile, constraints and level before its id.
    const bool is_sps = !nal.empty() && (nal[0] & std::byte{0x1F}) == std::byte{7};
    const std::size_t prefix = is_sps ? 4 : 1;
    if (nal.size() <= prefix) return fail(Errc::Malformed, "a parameter set is too short");
    BitReader in(nal.subspan(prefix));
    return in.unsigned_golomb();
}

std::string Sps::codec() const {
    return fmt::format("avc1.{:02x}{:02x}{:02x}", profile, constraints, level);
}

}  // namespace shopcast::wire
