#include "wire/cmaf_reader.hpp"

#include <algorithm>
#include <string_view>

#include "base/byte_reader.hpp"

namespace shopcast::wire::cmaf {
namespace {

constexpr std::size_t box_head = 8;

Result<BoxView> child(ByteSpan in, std::string_view type) {
    for (BoxView& box : TRY(read_boxes(in))) {
        if (box.type == type) return std::move(box);
    }
    return fail(Errc::Malformed, "there is no " + std::string(type) + " box");
}

struct FullBox {
    std::uint8_t version;
    std::uint32_t flags;
};
Result<FullBox> read_full_box(ByteReader& in) {
    const std::uint8_t version = TRY(in.u8());
    return FullBox{version, TRY(in.u24())};
}

/// Returns the body of the descriptor with that tag (ISO/IEC 14496-1, 7.2.2.3).
Result<ByteSpan> read_descriptor(ByteReader& in, std::uint8_t tag) {
    if (TRY(in.u8()) != tag) return fail(Errc::Malformed, "an esds descriptor is missing");
    std::uint32_t size = 0;
    for (int i = 0; i < 4; ++i) {
        const std::uint8_t byte = TRY(in.u8());
        size = size << 7 | (byte & 0x7FU);
        if ((byte & 0x80) == 0) break;
    }
    return in.bytes(size);
}

Result<void> read_video_entry(ByteSpan body, TrackInfo& track) {
    ByteReader in(body);
    TRY_VOID(in.skip(24));
    track.width = TRY(in.u16());
    track.height = TRY(in.u16());
    TRY_VOID(in.skip(50));
    for (const BoxView& box : TRY(read_boxes(in.rest()))) {
        if (box.type == "avcC") track.codec_config.assign(box.body.begin(), box.body.end());
        if (box.type == "pasp") track.has_pixel_aspect = true;
        if (box.type == "colr") track.has_colour = true;
    }
    return {};
}

Result<void> read_audio_entry(ByteSpan body, TrackInfo& track) {
    ByteReader in(body);
    TRY_VOID(in.skip(16));
    track.channels = TRY(in.u16());
    TRY_VOID(in.skip(10));
    ByteReader esds(TRY(child(in.rest(), "esds")).body);
    TRY_VOID(esds.skip(4));
    ByteReader es(TRY(read_descriptor(esds, 0x03)));
    TRY_VOID(es.skip(3));
    ByteReader decoder(TRY(read_descriptor(es, 0x04)));
    TRY_VOID(decoder.skip(13));
    const ByteSpan config = TRY(read_descriptor(decoder, 0x05));
    track.codec_config.assign(config.begin(), config.end());
    return {};
}

Result<TrackInfo> read_trak(ByteSpan body) {
    TrackInfo track;
    for (const BoxView& box : TRY(read_boxes(body))) {
        if (box.type == "edts") return fail(Errc::Unsupported, "the track has an edit list");
    }
    ByteReader tkhd(TRY(child(body, "tkhd")).body);
    TRY_VOID(tkhd.skip(12));
    track.id = TRY(tkhd.u32());

    const BoxView mdia = TRY(child(body, "mdia"));
    ByteReader mdhd(TRY(child(mdia.body, "mdhd")).body);
    TRY_VOID(mdhd.skip(12));
    track.timescale = TRY(mdhd.u32());
    ByteReader hdlr(TRY(child(mdia.body, "hdlr")).body);
    TRY_VOID(hdlr.skip(8));
    track.handler = as_text(TRY(hdlr.bytes(4)));

    const BoxView minf = TRY(child(mdia.body, "minf"));
    const BoxView stbl = TRY(child(minf.body, "stbl"));
    ByteReader stsd(TRY(child(stbl.body, "stsd")).body);
    TRY_VOID(stsd.skip(8));
    const auto entries = TRY(read_boxes(stsd.rest()));
    if (entries.size() != 1) return fail(Errc::Malformed, "stsd needs one sample entry");
    track.sample_entry = entries[0].type;
    if (track.sample_entry == "avc1") TRY_VOID(read_video_entry(entries[0].body, track));
    if (track.sample_entry == "mp4a") TRY_VOID(read_audio_entry(entries[0].body, track));
    return track;
}

/// Where a run's samples lie, and the defaults of its tfhd.
struct Layout {
    ByteSpan whole;  // from the first byte of moof
    std::size_t mdat_begin;
    std::size_t mdat_end;
    std::uint32_t duration = 0;
    std::uint32_t size = 0;
    std::uint32_t flags = 0;
};

Result<void> read_tfhd(ByteSpan body, RunView& run, Layout& layout) {
    ByteReader in(body);
    const FullBox head = TRY(read_full_box(in));
    if ((head.flags & 0x020000) == 0 || (head.flags & 0x000001) != 0) {
        return fail(Errc::Unsupported, "the base of the fragment's offsets is not its moof");
    }
    run.track_id = TRY(in.u32());
    if (head.flags & 0x000002) TRY_VOID(in.skip(4));
    if (head.flags & 0x000008) layout.duration = TRY(in.u32());
    if (head.flags & 0x000010) layout.size = TRY(in.u32());
    if (head.flags & 0x000020) layout.flags = TRY(in.u32());
    return {};
}

Result<void> read_trun(ByteSpan body, RunView& run, const Layout& layout) {
    ByteReader in(body);
    const FullBox head = TRY(read_full_box(in));
    const std::uint32_t count = TRY(in.u32());
    if ((head.flags & 0x000001) == 0) return fail(Errc::Unsupported, "trun has no data offset");
    std::size_t at = TRY(in.u32());
    if (head.flags & 0x000004) TRY_VOID(in.skip(4));
    std::uint64_t time = run.end();
    for (std::uint32_t i = 0; i < count; ++i) {
        SampleView sample;
        sample.decode_time = time;
        sample.duration = layout.duration;
        std::uint32_t size = layout.size;
        std::uint32_t flags = layout.flags;
        if (head.flags & 0x000100) sample.duration = TRY(in.u32());
        if (head.flags & 0x000200) size = TRY(in.u32());
        if (head.flags & 0x000400) flags = TRY(in.u32());
        if (head.flags & 0x000800) {
            sample.composition_offset = static_cast<std::int32_t>(TRY(in.u32()));
        }
        // Without a size of its own a sample costs no bytes here, and the count would be free.
        if (size == 0) return fail(Errc::Malformed, "a sample is empty");
        if (at < layout.mdat_begin || at > layout.mdat_end || size > layout.mdat_end - at) {
            return fail(Errc::Unsupported, "a sample lies outside the fragment's mdat");
        }
        sample.sync = (flags & 0x00010000) == 0;
        sample.data = layout.whole.subspan(at, size);
        at += size;
        time += sample.duration;
        run.samples.push_back(sample);
    }
    return {};
}

Result<RunView> read_traf(ByteSpan body, Layout layout) {
    RunView run;
    const BoxView tfhd = TRY(child(body, "tfhd"));
    TRY_VOID(read_tfhd(tfhd.body, run, layout));
    ByteReader tfdt(TRY(child(body, "tfdt")).body);
    if (TRY(read_full_box(tfdt)).version != 1) return fail(Errc::Unsupported, "tfdt has 32 bits");
    run.decode_time = TRY(tfdt.u64());
    if (run.decode_time >= std::uint64_t{1} << 63) {
        return fail(Errc::Malformed, "tfdt is negative");
    }
    for (const BoxView& box : TRY(read_boxes(body))) {
        if (box.type == "trun") TRY_VOID(read_trun(box.body, run, layout));
    }
    return run;
}

}  // namespace

Result<std::vector<BoxView>> read_boxes(ByteSpan in) {
    std::vector<BoxView> out;
    ByteReader reader(in);
    while (!reader.done()) {
        const std::uint32_t size = TRY(reader.u32());
        const ByteSpan type = TRY(reader.bytes(4));
        if (size < box_head) return fail(Errc::Malformed, "a box is smaller than its header");
        out.push_back(
            {.type = std::string(as_text(type)), .body = TRY(reader.bytes(size - box_head))});
    }
    return out;
}

Result<std::vector<TrackInfo>> read_init(ByteSpan in) {
    const BoxView moov = TRY(child(in, "moov"));
    const BoxView mvex = TRY(child(moov.body, "mvex"));
    std::vector<std::uint32_t> extended;
    for (const BoxView& box : TRY(read_boxes(mvex.body))) {
        if (box.type != "trex") continue;
        ByteReader trex(box.body);
        TRY_VOID(trex.skip(4));
        extended.push_back(TRY(trex.u32()));
    }
    std::vector<TrackInfo> tracks;
    for (const BoxView& box : TRY(read_boxes(moov.body))) {
        if (box.type != "trak") continue;
        tracks.push_back(TRY(read_trak(box.body)));
        if (std::ranges::find(extended, tracks.back().id) == extended.end()) {
            return fail(Errc::Unsupported, "a track has no trex");
        }
    }
    return tracks;
}

Result<std::vector<FragmentView>> read_fragments(ByteSpan in) {
    std::vector<FragmentView> out;
    const auto boxes = TRY(read_boxes(in));
    std::size_t at = 0;
    for (std::size_t i = 0; i < boxes.size(); ++i) {
        const std::size_t begin = at;
        at += box_head + boxes[i].body.size();
        if (boxes[i].type != "moof") continue;
        if (i + 1 == boxes.size() || boxes[i + 1].type != "mdat") {
            return fail(Errc::Malformed, "a moof has no mdat behind it");
        }
        const std::size_t mdat_begin = at - begin + box_head;
        const Layout layout{.whole = in.subspan(begin),
                            .mdat_begin = mdat_begin,
                            .mdat_end = mdat_begin + boxes[i + 1].body.size()};
        FragmentView fragment;
        ByteReader mfhd(TRY(child(boxes[i].body, "mfhd")).body);
        TRY_VOID(mfhd.skip(4));
        fragment.sequence_number = TRY(mfhd.u32());
        for (const BoxView& box : TRY(read_boxes(boxes[i].body))) {
            if (box.type == "traf") fragment.runs.push_back(TRY(read_traf(box.body, layout)));
        }
        out.push_back(std::move(fragment));
    }
    return out;
}

}  // namespace shopcast::wire::cmaf
