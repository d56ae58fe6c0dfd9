#include "ingest/avc_track.hpp"

#include <algorithm>

namespace shopcast::ingest {
namespace {

bool is_parameter_set(ByteSpan nal) {
    const wire::NalType type = wire::nal_type(nal);
    return type == wire::NalType::Sps || type == wire::NalType::Pps;
}

media::VideoTrack to_track(const wire::AvcRecord& record, const wire::Sps& sps) {
    media::VideoTrack out{.avc_record = record.serialize(),
                          .width = sps.width,
                          .height = sps.height,
                          .codec = sps.codec(),
                          .sample_aspect_ratio = {},
                          .colour = {},
                          .frame_rate = sps.frame_rate};
    if (const auto& ratio = sps.sample_aspect_ratio) {
        out.sample_aspect_ratio = {.horizontal = ratio->horizontal, .vertical = ratio->vertical};
    }
    if (const auto& colour = sps.colour) {
        out.colour = {.primaries = colour->primaries,
                      .transfer = colour->transfer,
                      .matrix = colour->matrix,
                      .full_range = colour->full_range};
    }
    return out;
}

}  // namespace

Result<void> AvcTrack::configure(ByteSpan header) {
    if (record_ && std::ranges::equal(last_header_.span(), header)) return {};
    wire::AvcRecord record = TRY(wire::AvcRecord::parse(header));
    last_header_ = Bytes::copy_of(header);
    return adopt(std::move(record));
}

Result<void> AvcTrack::adopt(wire::AvcRecord record) {
    const wire::Sps sps = TRY(record.parse_sps());
    track_ = to_track(record, sps);
    is_widely_playable_ =
        sps.chroma_format <= 1 && sps.bit_depth_luma == 8 && sps.bit_depth_chroma == 8;
    record_ = std::move(record);
    return {};
}

Result<void> AvcTrack::adopt_in_band(const wire::AccessUnit& unit) {
    if (!record_) return adopt(TRY(wire::AvcRecord::from_nals(unit.nals)));
    wire::AvcRecord record = *record_;
    bool changed = false;
    for (const ByteSpan nal : unit.nals) {
        if (!is_parameter_set(nal) || record.contains(nal)) continue;
        record = TRY(record.with(nal));
        changed = true;
    }
    return changed ? adopt(std::move(record)) : Result<void>{};
}

Result<std::optional<AvcTrack::Picture>> AvcTrack::picture(const Bytes& body) {
    const std::uint8_t length_size = record_ ? record_->nal_length_size : std::uint8_t{4};
    wire::AccessUnit unit = TRY(wire::split_access_unit(body, length_size));
    const bool is_idr = unit.has(wire::NalType::Idr);
    const bool has_picture = unit.has_picture();
    if (std::ranges::any_of(unit.nals, is_parameter_set) && (is_idr || !has_picture)) {
        // Broken sets are left to the decoder, which may know better.
        (void)adopt_in_band(unit);
    }
    if (!has_picture || !record_) return std::nullopt;

    const std::size_t removed = std::erase_if(unit.nals, [this](ByteSpan nal) {
        const wire::NalType type = wire::nal_type(nal);
        return type == wire::NalType::AccessUnitDelimiter || type == wire::NalType::Filler ||
               (is_parameter_set(nal) && record_->contains(nal));
    });
    const bool is_ready = unit.is_exact && removed == 0;
    return Picture{.sample = is_ready ? body : wire::join_nals(unit.nals), .is_idr = is_idr};
}

}  // namespace shopcast::ingest
