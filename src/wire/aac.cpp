#include "wire/aac.hpp"

#include <array>

#include "wire/bit_reader.hpp"

namespace shopcast::wire {
namespace {

constexpr std::uint8_t aac_main = 1;
constexpr std::uint8_t aac_lc = 2;
constexpr std::uint8_t aac_ltp = 4;
constexpr std::uint8_t sbr = 5;
constexpr std::uint8_t ps = 29;

/// 1.6.2.1, GetAudioObjectType: 31 escapes to six more bits.
Result<std::uint8_t> read_object_type(BitReader& in) {
    const std::uint32_t type = TRY(in.bits(5));
    if (type != 31) return static_cast<std::uint8_t>(type);
    const std::uint32_t escaped = TRY(in.bits(6));
    return static_cast<std::uint8_t>(32 + escaped);
}

/// Table 1.18; index 15 escapes to 24 bits of Hz.
Result<std::uint32_t> read_sample_rate(BitReader& in) {
    constexpr std::array<std::uint32_t, 13> rates = {
        96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350};
    const std::uint32_t index = TRY(in.bits(4));
    if (index < rates.size()) return rates[index];
    if (index != 15) return fail(Errc::Malformed, "the AAC sample rate index is reserved");
    const std::uint32_t rate = TRY(in.bits(24));
    if (rate < 1000 || rate > 192'000) {
        return fail(Errc::Malformed, "the AAC sample rate is not believable");
    }
    return rate;
}

/// Channels of a program_config_element (4.4.1.1), which stands where channelConfiguration is 0.
Result<std::uint32_t> read_program_channels(BitReader& in) {
    TRY_VOID(in.skip(4 + 2 + 4));
    const std::uint32_t front = TRY(in.bits(4));
    const std::uint32_t side = TRY(in.bits(4));
    const std::uint32_t back = TRY(in.bits(4));
    const std::uint32_t lfe = TRY(in.bits(2));
    const std::uint32_t associated = TRY(in.bits(3));
    const std::uint32_t coupling = TRY(in.bits(4));
    if (TRY(in.flag())) TRY_VOID(in.skip(4));  // mono mixdown
    if (TRY(in.flag())) TRY_VOID(in.skip(4));  // stereo mixdown
    if (TRY(in.flag())) TRY_VOID(in.skip(3));  // matrix mixdown
    std::uint32_t channels = lfe;
    for (std::uint32_t i = 0; i < front + side + back; ++i) {
        channels += TRY(in.flag()) ? 2 : 1;
        TRY_VOID(in.skip(4));
    }
    TRY_VOID(in.skip(std::size_t{4} * lfe + std::size_t{4} * associated));
    TRY_VOID(in.skip(std::size_t{5} * coupling));
    // Byte alignment counts from the configuration's start (4.5.1.2).
    if (const std::size_t odd = in.position() % 8; odd != 0) TRY_VOID(in.skip(8 - odd));
    const std::uint32_t comment_bytes = TRY(in.bits(8));
    TRY_VOID(in.skip(std::size_t{8} * comment_bytes));
    if (channels == 0) return fail(Errc::Malformed, "the AAC configuration has no channels");
    return channels;
}

/// 1.6.2.1: configurations for old decoders tell of SBR and PS after their end.
Result<void> read_trailing_sbr(BitReader& in, AudioSpecificConfig& out) {
    if (in.remaining() < 16 || TRY(in.bits(11)) != 0x2b7) return {};
    if (TRY(read_object_type(in)) != sbr || !TRY(in.flag())) return {};
    TRY_VOID(read_sample_rate(in));
    out.has_sbr = true;
    if (in.remaining() < 12 || TRY(in.bits(11)) != 0x548) return {};
    out.has_ps = TRY(in.flag());
    return {};
}

}  // namespace

Result<AudioSpecificConfig> AudioSpecificConfig::parse(ByteSpan in_bytes) {
    // Table 1.19; 8 to 10 and 15 are reserved.
    constexpr std::array<std::uint32_t, 16> channel_counts = {0, 1, 2, 3, 4, 5,  6, 8,
                                                              0, 0, 0, 7, 8, 24, 8, 0};
    BitReader in(in_bytes);
    AudioSpecificConfig out;
    out.object_type = TRY(read_object_type(in));
    out.sample_rate = TRY(read_sample_rate(in));
    const std::uint32_t configuration = TRY(in.bits(4));
    const bool is_explicit = out.object_type == sbr || out.object_type == ps;
    if (is_explicit) {
        out.has_sbr = true;
        out.has_ps = out.object_type == ps;
        TRY_VOID(read_sample_rate(in));
        out.object_type = TRY(read_object_type(in));
    }
    if (out.object_type != aac_lc && out.object_type != aac_main && out.object_type != aac_ltp) {
        return fail(Errc::Unsupported, "the audio is not AAC-LC or HE-AAC");
    }
    const bool short_frames = TRY(in.flag());
    out.samples_per_frame = short_frames ? 960 : 1024;
    if (TRY(in.flag())) TRY_VOID(in.skip(14));  // coreCoderDelay
    TRY_VOID(in.skip(1));                       // extensionFlag: nothing for these types
    out.channels = channel_counts[configuration];
    if (configuration == 0) out.channels = TRY(read_program_channels(in));
    if (out.channels == 0) {
        return fail(Errc::Malformed, "the AAC channel configuration is reserved");
    }
    if (!is_explicit) (void)read_trailing_sbr(in, out);
    return out;
}

std::string AudioSpecificConfig::codec() const {
    const std::uint8_t type = has_ps ? ps : has_sbr ? sbr : object_type;
    return "mp4a.40." + std::to_string(type);
}

Bytes without_adts(const Bytes& frame) {
    // 1.A.2.2: sync word of 12 ones, layer 00; 13 bits of length from bit 30; bit 15 set: no CRC.
    constexpr std::size_t header = 7;
    const ByteSpan in = frame;
    if (in.size() <= header + 2 || in[0] != std::byte{0xFF}) return frame;
    if ((in[1] & std::byte{0xF6}) != std::byte{0xF0}) return frame;
    const std::size_t length = (std::to_integer<std::size_t>(in[3]) & 3) << 11 |
                               std::to_integer<std::size_t>(in[4]) << 3 |
                               std::to_integer<std::size_t>(in[5]) >> 5;
    if (length != in.size()) return frame;
    const bool has_crc = (in[1] & std::byte{1}) == std::byte{0};
    const std::size_t skipped = has_crc ? header + 2 : header;
    return frame.slice(skipped, frame.size() - skipped);
}

}  // namespace shopcast::wire
