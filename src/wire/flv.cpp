#include "wire/flv.hpp"

#include <algorithm>
#include <optional>

#include "base/byte_reader.hpp"
#include "wire/limits.hpp"

namespace shopcast::wire {
namespace {

constexpr std::uint32_t four_cc(std::string_view name) {
    std::uint32_t out = 0;
    for (const char c : name) out = out << 8 | static_cast<std::uint8_t>(c);
    return out;
}

Codec codec_of(std::uint32_t code) {
    switch (code) {
        case four_cc("avc1"): return Codec::Avc;
        case four_cc("hvc1"): return Codec::Hevc;
        case four_cc("vvc1"): return Codec::Vvc;
        case four_cc("av01"): return Codec::Av1;
        case four_cc("vp08"): return Codec::Vp8;
        case four_cc("vp09"): return Codec::Vp9;
        case four_cc("mp4a"): return Codec::Aac;
        case four_cc("Opus"): return Codec::Opus;
        case four_cc("fLaC"): return Codec::Flac;
        case four_cc("ac-3"): return Codec::Ac3;
        case four_cc("ec-3"): return Codec::Eac3;
        case four_cc(".mp3"): return Codec::Mp3;
        default: return Codec::Unknown;
    }
}

/// FLV 10.1, E.4.3.1 CodecID; 12 to 14 are what Chinese clouds use.
Codec legacy_video_codec(std::uint8_t id) {
    switch (id) {
        case 2: return Codec::H263;
        case 3:
        case 6: return Codec::ScreenVideo;
        case 4:
        case 5: return Codec::Vp6;
        case 7: return Codec::Avc;
        case 12: return Codec::Hevc;
        case 13: return Codec::Av1;
        case 14: return Codec::Vvc;
        default: return Codec::Unknown;
    }
}

/// FLV 10.1, E.4.2.1 SoundFormat.
Codec legacy_audio_codec(std::uint8_t format) {
    switch (format) {
        case 0:
        case 1:
        case 3: return Codec::Pcm;
        case 2:
        case 14: return Codec::Mp3;
        case 4:
        case 5:
        case 6: return Codec::Nellymoser;
        case 7:
        case 8: return Codec::G711;
        case 10: return Codec::Aac;
        case 11: return Codec::Speex;
        case 13: return Codec::Opus;
        default: return Codec::Unknown;
    }
}

/// UI24 as the signed number it is (SI24).
std::int32_t signed_24(std::uint32_t value) {
    return static_cast<std::int32_t>(value << 8) >> 8;
}

/// Enhanced RTMP v2, VideoPacketType and AudioPacketType: the numbers the two share, and the three
/// where they differ.
struct PacketNumbers {
    static constexpr std::uint8_t sequence_start = 0;
    static constexpr std::uint8_t coded_frames = 1;
    static constexpr std::uint8_t sequence_end = 2;
    static constexpr std::uint8_t mod_ex = 7;

    std::uint8_t coded_frames_x;  // frames without a composition time; none for audio
    std::uint8_t metadata;        // nothing to decode
    std::uint8_t multitrack;
};
constexpr std::uint8_t none = 0xFF;
constexpr PacketNumbers video_numbers{.coded_frames_x = 3, .metadata = 4, .multitrack = 6};
constexpr PacketNumbers audio_numbers{.coded_frames_x = none, .metadata = 4, .multitrack = 5};

/// One track's part of an enhanced tag.
struct ExPart {
    std::uint8_t track_id = 0;
    Codec codec = Codec::Unknown;
    std::uint8_t packet_type = 0;
    std::size_t at = 0;
    std::size_t size = 0;
};
struct ExTag {
    std::uint32_t nanoseconds = 0;
    std::vector<ExPart> parts;
};

/// ModEx prefixes may repeat, each naming the packet type that follows it.
Result<std::uint8_t> read_mod_ex(ByteReader& in, std::uint8_t packet_type, ExTag& out) {
    constexpr std::uint8_t timestamp_nanoseconds = 0;
    while (packet_type == PacketNumbers::mod_ex) {
        std::size_t size = std::size_t{TRY(in.u8())} + 1;
        if (size == 256) size = std::size_t{TRY(in.u16())} + 1;
        ByteReader data(TRY(in.bytes(size)));
        const std::uint8_t types = TRY(in.u8());
        if (types >> 4 == timestamp_nanoseconds && size >= 3) {
            out.nanoseconds = std::min(TRY(data.u24()), 999'999U);
        }
        packet_type = types & 0x0F;
    }
    return packet_type;
}

Result<void> read_tracks(ByteReader& in, ExTag& out) {
    constexpr std::uint8_t one_track = 0;
    constexpr std::uint8_t many_codecs = 2;
    const std::uint8_t types = TRY(in.u8());
    const std::uint8_t multitrack_type = types >> 4;
    if (multitrack_type > many_codecs) {
        return fail(Errc::Malformed, "an unknown kind of multitrack message");
    }
    std::optional<Codec> common;
    if (multitrack_type != many_codecs) common = codec_of(TRY(in.u32()));
    do {
        if (out.parts.size() == limits::flv_tracks_max) {
            return fail(Errc::TooLarge, "a multitrack message has too many tracks");
        }
        ExPart part;
        part.packet_type = types & 0x0F;
        part.codec = common ? *common : codec_of(TRY(in.u32()));
        part.track_id = TRY(in.u8());
        part.size = in.remaining();
        if (multitrack_type != one_track) part.size = TRY(in.u24());
        part.at = in.position();
        TRY_VOID(in.skip(part.size));
        out.parts.push_back(part);
    } while (!in.done());
    return {};
}

/// From the second byte on: the first held the flag and `packet_type`.
Result<ExTag> read_ex_tag(ByteReader& in, std::uint8_t packet_type, const PacketNumbers& numbers) {
    ExTag out;
    packet_type = TRY(read_mod_ex(in, packet_type, out));
    if (packet_type == numbers.multitrack) {
        TRY_VOID(read_tracks(in, out));
        return out;
    }
    const Codec codec = codec_of(TRY(in.u32()));
    out.parts.push_back({.track_id = 0,
                         .codec = codec,
                         .packet_type = packet_type,
                         .at = in.position(),
                         .size = in.remaining()});
    return out;
}

FlvPacket packet_of(std::uint8_t type, const PacketNumbers& numbers) {
    if (type == PacketNumbers::sequence_start) return FlvPacket::SequenceStart;
    if (type == PacketNumbers::coded_frames || type == numbers.coded_frames_x) {
        return FlvPacket::Frame;
    }
    if (type == PacketNumbers::sequence_end) return FlvPacket::SequenceEnd;
    return FlvPacket::Other;
}

constexpr std::uint8_t key_frame = 1;
constexpr std::uint8_t command_frame = 5;

Result<std::vector<VideoTag>> parse_ex_video(const Bytes& body) {
    ByteReader in(body);
    const std::uint8_t first = TRY(in.u8());
    const std::uint8_t frame_type = first >> 4 & 7;
    const std::uint8_t packet_type = first & 0x0F;
    // A seek command has neither codec nor body.
    if (frame_type == command_frame && packet_type != video_numbers.metadata) {
        return std::vector<VideoTag>{};
    }
    const ExTag tag = TRY(read_ex_tag(in, packet_type, video_numbers));
    std::vector<VideoTag> out;
    for (const ExPart& part : tag.parts) {
        VideoTag video{.codec = part.codec,
                       .packet = packet_of(part.packet_type, video_numbers),
                       .is_marked_keyframe = frame_type == key_frame,
                       .track_id = part.track_id,
                       .composition_ms = 0,
                       .nanoseconds = tag.nanoseconds,
                       .data = body.slice(part.at, part.size)};
        const bool has_composition =
            part.codec == Codec::Avc || part.codec == Codec::Hevc || part.codec == Codec::Vvc;
        if (part.packet_type == PacketNumbers::coded_frames && has_composition) {
            const std::uint32_t composition = TRY(ByteReader(video.data).u24());
            video.composition_ms = signed_24(composition);
            video.data = video.data.slice(3, video.data.size() - 3);
        }
        out.push_back(std::move(video));
    }
    return out;
}

FlvPacket legacy_packet(std::uint8_t type) {
    switch (type) {
        case 0: return FlvPacket::SequenceStart;
        case 1: return FlvPacket::Frame;
        case 2: return FlvPacket::SequenceEnd;
        default: return FlvPacket::Other;
    }
}

}  // namespace

std::string_view to_string(Codec codec) {
    switch (codec) {
        case Codec::Avc: return "H.264 (AVC)";
        case Codec::Hevc: return "HEVC (H.265)";
        case Codec::Vvc: return "VVC (H.266)";
        case Codec::Av1: return "AV1";
        case Codec::Vp8: return "VP8";
        case Codec::Vp9: return "VP9";
        case Codec::Vp6: return "VP6";
        case Codec::H263: return "Sorenson H.263";
        case Codec::ScreenVideo: return "Screen Video";
        case Codec::Aac: return "AAC";
        case Codec::Opus: return "Opus";
        case Codec::Flac: return "FLAC";
        case Codec::Ac3: return "AC-3";
        case Codec::Eac3: return "E-AC-3";
        case Codec::Mp3: return "MP3";
        case Codec::Speex: return "Speex";
        case Codec::Nellymoser: return "Nellymoser";
        case Codec::G711: return "G.711";
        case Codec::Pcm: return "PCM";
        case Codec::Unknown: break;
    }
    return "an unknown codec";
}

Result<std::vector<VideoTag>> parse_video_body(const Bytes& body) {
    std::vector<VideoTag> out;
    if (body.empty()) return out;
    ByteReader in(body);
    const std::uint8_t first = TRY(in.u8());
    if ((first & 0x80) != 0) return parse_ex_video(body);
    const std::uint8_t frame_type = first >> 4;
    if (frame_type == command_frame) return out;
    VideoTag tag{.codec = legacy_video_codec(first & 0x0F),
                 .packet = FlvPacket::Frame,
                 .is_marked_keyframe = frame_type == key_frame,
                 .data = {}};
    const bool has_packet_type =
        tag.codec == Codec::Avc || tag.codec == Codec::Hevc || tag.codec == Codec::Vvc;
    if (has_packet_type) {
        const std::uint8_t packet_type = TRY(in.u8());
        const std::uint32_t composition = TRY(in.u24());
        tag.packet = legacy_packet(packet_type);
        tag.composition_ms = signed_24(composition);
    }
    tag.data = body.slice(in.position(), in.remaining());
    out.push_back(std::move(tag));
    return out;
}

Result<std::vector<AudioTag>> parse_audio_body(const Bytes& body) {
    constexpr std::uint8_t ex_header = 9;
    std::vector<AudioTag> out;
    if (body.empty()) return out;
    ByteReader in(body);
    const std::uint8_t first = TRY(in.u8());
    const std::uint8_t format = first >> 4;
    if (format == ex_header) {
        const ExTag tag = TRY(read_ex_tag(in, first & 0x0F, audio_numbers));
        for (const ExPart& part : tag.parts) {
            out.push_back({.codec = part.codec,
                           .packet = packet_of(part.packet_type, audio_numbers),
                           .track_id = part.track_id,
                           .nanoseconds = tag.nanoseconds,
                           .data = body.slice(part.at, part.size)});
        }
        return out;
    }
    AudioTag tag{.codec = legacy_audio_codec(format), .packet = FlvPacket::Frame, .data = {}};
    if (tag.codec == Codec::Aac) tag.packet = legacy_packet(TRY(in.u8()));
    tag.data = body.slice(in.position(), in.remaining());
    out.push_back(std::move(tag));
    return out;
}

}  // namespace shopcast::wire
