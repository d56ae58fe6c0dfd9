#include "wire/cmaf.hpp"

#include <string_view>

#include "base/byte_writer.hpp"
#include "base/check.hpp"

namespace shopcast::wire::cmaf {
namespace {

/// A box that is open while the object lives; its size is written when it ends.
class Box {
public:
    Box(ByteWriter& out, std::string_view type) : out_(out), start_(out.size()) {
        out_.u32(0);
        out_.text(type);
    }
    Box(ByteWriter& out, std::string_view type, std::uint8_t version, std::uint32_t flags)
        : Box(out, type) {
        out_.u8(version);
        out_.u24(flags);
    }
    ~Box() { out_.patch_u32(start_, static_cast<std::uint32_t>(out_.size() - start_)); }
    Box(const Box&) = delete;
    Box& operator=(const Box&) = delete;

private:
    ByteWriter& out_;
    std::size_t start_;
};

struct TrackHeader {
    std::uint32_t id;
    std::uint32_t timescale;
    bool video;
};

constexpr std::uint32_t fixed_one = 0x00010000;  // 1.0 as 16.16

void unity_matrix(ByteWriter& out) {
    for (const std::uint32_t value : {fixed_one, 0U, 0U, 0U, fixed_one, 0U, 0U, 0U, 0x40000000U}) {
        out.u32(value);
    }
}

void write_ftyp(ByteWriter& out) {
    const Box box(out, "ftyp");
    out.text("iso6");
    out.u32(0);
    for (const std::string_view brand : {"iso6", "cmfc", "mp41"}) out.text(brand);
}

void write_mvhd(ByteWriter& out) {
    const Box box(out, "mvhd", 0, 0);
    out.u32(0);     // creation_time
    out.u32(0);     // modification_time
    out.u32(1000);  // timescale of durations here, which are all 0
    out.u32(0);     // duration: unknown, fragments follow
    out.u32(fixed_one);
    out.u16(0x0100);  // volume 1.0
    out.zeros(10);
    unity_matrix(out);
    out.zeros(24);
    out.u32(audio_track_id + 1);  // next_track_ID
}

void write_tkhd(ByteWriter& out, const TrackHeader& track, std::uint32_t width,
                std::uint32_t height) {
    const Box box(out, "tkhd", 0, 0x000003);  // enabled, in movie
    out.u32(0);
    out.u32(0);
    out.u32(track.id);
    out.u32(0);
    out.u32(0);  // duration
    out.zeros(8);
    out.u16(0);                         // layer
    out.u16(0);                         // alternate_group
    out.u16(track.video ? 0 : 0x0100);  // volume
    out.u16(0);
    unity_matrix(out);
    out.u32(width << 16);
    out.u32(height << 16);
}

void write_mdhd(ByteWriter& out, const TrackHeader& track) {
    const Box box(out, "mdhd", 0, 0);
    out.u32(0);
    out.u32(0);
    out.u32(track.timescale);
    out.u32(0);       // duration
    out.u16(0x55C4);  // "und", three times 5 bits
    out.u16(0);
}

void write_hdlr(ByteWriter& out, const TrackHeader& track) {
    const Box box(out, "hdlr", 0, 0);
    out.u32(0);
    out.text(track.video ? "vide" : "soun");
    out.zeros(12);
    out.text(track.video ? "VideoHandler" : "SoundHandler");
    out.u8(0);
}

void write_media_header(ByteWriter& out, const TrackHeader& track) {
    if (track.video) {
        const Box box(out, "vmhd", 0, 1);
        out.zeros(8);
    } else {
        const Box box(out, "smhd", 0, 0);
        out.zeros(4);
    }
}

void write_dinf(ByteWriter& out) {
    const Box dinf(out, "dinf");
    const Box dref(out, "dref", 0, 0);
    out.u32(1);
    const Box url(out, "url ", 0, 1);  // the media is in the same file
}

/// VisualSampleEntry "avc1" (ISO/IEC 14496-15, 5.4.2.1).
void write_avc1(ByteWriter& out, const VideoEntry& video) {
    const Box avc1(out, "avc1");
    out.zeros(6);
    out.u16(1);  // data_reference_index
    out.zeros(16);
    out.u16(static_cast<std::uint16_t>(video.width));
    out.u16(static_cast<std::uint16_t>(video.height));
    out.u32(0x00480000);  // 72 dpi
    out.u32(0x00480000);
    out.u32(0);
    out.u16(1);  // frame_count
    out.zeros(32);
    out.u16(0x0018);  // depth
    out.u16(0xFFFF);
    {
        const Box avcc(out, "avcC");
        out.bytes(video.avc_record);
    }
    if (video.colour) {
        const Box colr(out, "colr");
        out.text("nclx");
        out.u16(video.colour->primaries);
        out.u16(video.colour->transfer);
        out.u16(video.colour->matrix);
        out.u8(video.colour->full_range ? 0x80 : 0);
    }
    if (video.pixel_aspect) {
        const Box pasp(out, "pasp");
        out.u32(video.pixel_aspect->horizontal);
        out.u32(video.pixel_aspect->vertical);
    }
}

/// A descriptor of ISO/IEC 14496-1, 7.2.2.3 with the four-byte form of its size, which is what
/// every muxer writes. `body_bytes` includes the descriptors inside.
void begin_descriptor(ByteWriter& out, std::uint8_t tag, std::size_t body_bytes) {
    out.u8(tag);
    for (int shift = 21; shift >= 0; shift -= 7) {
        const auto seven = static_cast<std::uint8_t>(body_bytes >> shift & 0x7F);
        out.u8(shift > 0 ? static_cast<std::uint8_t>(seven | 0x80) : seven);
    }
}

void write_esds(ByteWriter& out, const AudioEntry& audio) {
    constexpr std::size_t descriptor_head = 5;
    const std::size_t config = audio.audio_specific_config.size();
    const std::size_t decoder_config = 13 + descriptor_head + config;
    const std::size_t es = 3 + descriptor_head + decoder_config + descriptor_head + 1;

    const Box esds(out, "esds", 0, 0);
    begin_descriptor(out, 0x03, es);  // ES_Descriptor
    out.u16(0);                       // ES_ID: 0 in MP4 files
    out.u8(0);
    begin_descriptor(out, 0x04, decoder_config);  // DecoderConfigDescriptor
    out.u8(0x40);                                 // MPEG-4 audio
    out.u8(0x15);                                 // AudioStream, upStream 0, reserved 1
    out.u24(0);                                   // bufferSizeDB
    out.u32(0);                                   // maxBitrate: not known
    out.u32(0);                                   // avgBitrate
    begin_descriptor(out, 0x05, config);          // DecoderSpecificInfo
    out.bytes(audio.audio_specific_config);
    begin_descriptor(out, 0x06, 1);  // SLConfigDescriptor
    out.u8(2);
}

/// AudioSampleEntry "mp4a" (ISO/IEC 14496-14, 5.6).
void write_mp4a(ByteWriter& out, const AudioEntry& audio) {
    const Box mp4a(out, "mp4a");
    out.zeros(6);
    out.u16(1);
    out.zeros(8);
    out.u16(static_cast<std::uint16_t>(audio.channels));
    out.u16(16);  // samplesize
    out.zeros(4);
    // 16.16; rates above 65,535 Hz do not fit and are written as 0: the decoder reads the config.
    out.u32(audio.sample_rate <= 0xFFFF ? audio.sample_rate << 16 : 0);
    write_esds(out, audio);
}

void write_empty_tables(ByteWriter& out) {
    for (const std::string_view type : {"stts", "stsc", "stco"}) {
        const Box box(out, type, 0, 0);
        out.u32(0);
    }
    const Box stsz(out, "stsz", 0, 0);
    out.u32(0);
    out.u32(0);
}

template <typename WriteEntry>
void write_trak(ByteWriter& out, const TrackHeader& track, std::uint32_t width,
                std::uint32_t height, const WriteEntry& write_entry) {
    const Box trak(out, "trak");
    write_tkhd(out, track, width, height);
    const Box mdia(out, "mdia");
    write_mdhd(out, track);
    write_hdlr(out, track);
    const Box minf(out, "minf");
    write_media_header(out, track);
    write_dinf(out);
    const Box stbl(out, "stbl");
    {
        const Box stsd(out, "stsd", 0, 0);
        out.u32(1);
        write_entry();
    }
    write_empty_tables(out);
}

void write_trex(ByteWriter& out, std::uint32_t track_id) {
    const Box trex(out, "trex", 0, 0);
    out.u32(track_id);
    out.u32(1);  // default_sample_description_index
    out.u32(0);
    out.u32(0);
    out.u32(0);
}

/// The picture's width as displayed: tkhd counts square pixels.
std::uint32_t display_width(const VideoEntry& video) {
    if (!video.pixel_aspect || video.pixel_aspect->vertical == 0) return video.width;
    const std::uint64_t width =
        std::uint64_t{video.width} * video.pixel_aspect->horizontal / video.pixel_aspect->vertical;
    return static_cast<std::uint32_t>(width <= 0xFFFF ? width : 0xFFFF);
}

// Flags of ISO/IEC 14496-12, 8.8.3.1.
constexpr std::uint32_t sync_sample_flags = 0x02000000;      // depends on no other
constexpr std::uint32_t non_sync_sample_flags = 0x01010000;  // depends on others, not a sync sample

// tr_flags of trun (8.8.8.1).
constexpr std::uint32_t trun_data_offset = 0x000001;
constexpr std::uint32_t trun_duration = 0x000100;
constexpr std::uint32_t trun_size = 0x000200;
constexpr std::uint32_t trun_flags = 0x000400;
constexpr std::uint32_t trun_composition_offset = 0x000800;

constexpr std::uint32_t tfhd_default_duration = 0x000008;
constexpr std::uint32_t tfhd_default_flags = 0x000020;
constexpr std::uint32_t tfhd_default_base_is_moof = 0x020000;

/// What all samples of a run share goes into tfhd once: audio then costs 4 bytes a sample.
struct Shared {
    bool duration = true;
    bool sync = true;
    bool no_composition_offset = true;

    explicit Shared(std::span<const Sample> samples) {
        for (const Sample& sample : samples) {
            duration = duration && sample.duration == samples.front().duration;
            sync = sync && sample.sync == samples.front().sync;
            no_composition_offset = no_composition_offset && sample.composition_offset == 0;
        }
    }
};

/// Returns where the data offset has to be written.
std::size_t write_traf(ByteWriter& out, const TrackRun& run) {
    const Shared shared(run.samples);
    const Box traf(out, "traf");
    {
        const std::uint32_t flags = tfhd_default_base_is_moof |
                                    (shared.duration ? tfhd_default_duration : 0) |
                                    (shared.sync ? tfhd_default_flags : 0);
        const Box tfhd(out, "tfhd", 0, flags);
        out.u32(run.track_id);
        if (shared.duration) out.u32(run.samples.front().duration);
        if (shared.sync) {
            out.u32(run.samples.front().sync ? sync_sample_flags : non_sync_sample_flags);
        }
    }
    {
        const Box tfdt(out, "tfdt", 1, 0);
        out.u64(run.decode_time);
    }
    const std::uint32_t flags = trun_data_offset | trun_size |
                                (shared.duration ? 0 : trun_duration) |
                                (shared.sync ? 0 : trun_flags) |
                                (shared.no_composition_offset ? 0 : trun_composition_offset);
    const Box trun(out, "trun", 1, flags);
    out.u32(static_cast<std::uint32_t>(run.samples.size()));
    const std::size_t data_offset_at = out.size();
    out.u32(0);
    for (const Sample& sample : run.samples) {
        if (!shared.duration) out.u32(sample.duration);
        out.u32(sample.size);
        if (!shared.sync) out.u32(sample.sync ? sync_sample_flags : non_sync_sample_flags);
        if (!shared.no_composition_offset) {
            out.u32(static_cast<std::uint32_t>(sample.composition_offset));
        }
    }
    return data_offset_at;
}

}  // namespace

ByteVector init_segment(const std::optional<VideoEntry>& video,
                        const std::optional<AudioEntry>& audio) {
    ENSURE(video || audio);
    ByteWriter out;
    out.reserve(1536);
    write_ftyp(out);
    {
        const Box moov(out, "moov");
        write_mvhd(out);
        if (video) {
            write_trak(out, {video_track_id, video_timescale, true}, display_width(*video),
                       video->height, [&] { write_avc1(out, *video); });
        }
        if (audio) {
            write_trak(out, {audio_track_id, audio->sample_rate, false}, 0, 0,
                       [&] { write_mp4a(out, *audio); });
        }
        const Box mvex(out, "mvex");
        if (video) write_trex(out, video_track_id);
        if (audio) write_trex(out, audio_track_id);
    }
    return std::move(out).take();
}

ByteVector fragment_header(std::uint32_t sequence_number, std::span<const TrackRun> runs) {
    ENSURE(!runs.empty() && runs.size() <= 2);
    ByteWriter out;
    std::size_t sample_count = 0;
    for (const TrackRun& run : runs) sample_count += run.samples.size();
    out.reserve(64 + runs.size() * 96 + sample_count * 16);

    std::size_t data_offset_at[2] = {};
    {
        const Box moof(out, "moof");
        {
            const Box mfhd(out, "mfhd", 0, 0);
            out.u32(sequence_number);
        }
        for (std::size_t i = 0; i < runs.size(); ++i) {
            ENSURE(!runs[i].samples.empty());
            data_offset_at[i] = write_traf(out, runs[i]);
        }
    }
    constexpr std::size_t mdat_head = 8;
    std::uint64_t data_offset = out.size() + mdat_head;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        out.patch_u32(data_offset_at[i], static_cast<std::uint32_t>(data_offset));
        for (const Sample& sample : runs[i].samples) data_offset += sample.size;
    }
    ENSURE(data_offset <= 0x7FFFFFFF, "the fragment is too large for its 32-bit offsets");
    out.u32(static_cast<std::uint32_t>(data_offset - out.size()));
    out.text("mdat");
    return std::move(out).take();
}

}  // namespace shopcast::wire::cmaf
