#include "wire/h264.hpp"

#include <algorithm>

#include "base/byte_reader.hpp"
#include "base/byte_writer.hpp"
#include "base/check.hpp"

namespace shopcast::wire {
namespace {

constexpr std::size_t sps_max = 31;  // the record counts them in five bits
constexpr std::size_t pps_max = 255;

/// Whether a record with AVC's codec id is HEVC's (ISO/IEC 14496-15, 8.3.3.1): it has 22 bytes of
/// profile, a count of arrays, then an array of VPS, SPS, PPS or SEI.
bool looks_like_hevc(ByteSpan record) {
    if (record.size() < 24) return false;
    const auto arrays = std::to_integer<unsigned>(record[22]);
    const auto type = std::to_integer<unsigned>(record[23]) & 0x3F;
    return arrays >= 1 && arrays <= 8 && ((type >= 32 && type <= 34) || type == 39 || type == 40);
}

Result<std::vector<Bytes>> read_sets(ByteReader& in, std::size_t count, NalType type) {
    std::vector<Bytes> out;
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint16_t length = TRY(in.u16());
        const ByteSpan nal = TRY(in.bytes(length));
        if (nal.empty()) continue;
        if (nal_type(nal) != type) {
            return fail(Errc::Malformed, "the AVC sequence header carries a wrong NAL unit");
        }
        out.push_back(Bytes::copy_of(nal));
    }
    return out;
}

Result<AvcRecord> read_record(ByteSpan record) {
    ByteReader in(record);
    const std::uint8_t version = TRY(in.u8());
    if (version != 1) return fail(Errc::Malformed, "the AVC sequence header has no version 1");
    TRY_VOID(in.skip(3));  // profile, constraints and level stand in the SPS as well
    AvcRecord out;
    out.nal_length_size = static_cast<std::uint8_t>((TRY(in.u8()) & 3) + 1);
    const std::size_t sps_count = TRY(in.u8()) & 0x1F;
    out.sps = TRY(read_sets(in, sps_count, NalType::Sps));
    const std::size_t pps_count = TRY(in.u8());
    out.pps = TRY(read_sets(in, pps_count, NalType::Pps));
    if (out.sps.empty()) return fail(Errc::Malformed, "the AVC sequence header has no SPS");
    TRY_VOID(out.parse_sps());
    return out;
}

/// Nothing: the lengths do not fit the body.
std::optional<AccessUnit> split_by_length(ByteSpan body, std::uint8_t nal_length_size) {
    AccessUnit out{.nals = {}, .is_exact = nal_length_size == 4};
    std::size_t at = 0;
    while (body.size() - at >= nal_length_size) {
        std::uint32_t length = 0;
        for (std::size_t i = 0; i < nal_length_size; ++i) {
            length = length << 8 | std::to_integer<std::uint32_t>(body[at + i]);
        }
        at += nal_length_size;
        if (length > body.size() - at) return std::nullopt;
        if (length == 0) {
            out.is_exact = false;
        } else {
            out.nals.push_back(body.subspan(at, length));
        }
        at += length;
    }
    // Fewer bytes than a length has: padding.
    if (at != body.size()) out.is_exact = false;
    return out;
}

}  // namespace

NalType nal_type(ByteSpan nal) {
    ENSURE(!nal.empty());
    return NalType{std::to_integer<std::uint8_t>(nal[0] & std::byte{0x1F})};
}

Result<AvcRecord> AvcRecord::parse(ByteSpan record) {
    auto out = read_record(record);
    if (out) return out;
    if (looks_like_hevc(record)) {
        return fail(Errc::Unsupported, "the video is HEVC under AVC's codec id");
    }
    if (const auto nals = split_annex_b(record); !nals.empty()) return from_nals(nals);
    return out;
}

Result<AvcRecord> AvcRecord::from_nals(std::span<const ByteSpan> nals) {
    AvcRecord out;
    for (const ByteSpan nal : nals) {
        const NalType type = nal_type(nal);
        if (type == NalType::Sps || type == NalType::Pps) out = TRY(out.with(nal));
    }
    if (out.sps.empty()) return fail(Errc::Malformed, "no SPS among the NAL units");
    TRY_VOID(out.parse_sps());
    return out;
}

Bytes AvcRecord::serialize() const {
    ENSURE(!sps.empty() && sps[0].size() >= 4, "parsed records have a readable SPS");
    ByteWriter out;
    out.u8(1);
    out.bytes(sps[0].span().subspan(1, 3));
    out.u8(0xFC | 3);
    out.u8(static_cast<std::uint8_t>(0xE0 | sps.size()));
    const auto write_sets = [&out](const std::vector<Bytes>& sets) {
        for (const Bytes& nal : sets) {
            out.u16(static_cast<std::uint16_t>(nal.size()));
            out.bytes(nal);
        }
    };
    write_sets(sps);
    out.u8(static_cast<std::uint8_t>(pps.size()));
    write_sets(pps);
    // The record's tail; readers decide by the profile whether it is there.
    const auto parsed = parse_sps();
    if (parsed && parsed->profile != 66 && parsed->profile != 77 && parsed->profile != 88) {
        out.u8(static_cast<std::uint8_t>(0xFC | parsed->chroma_format));
        out.u8(static_cast<std::uint8_t>(0xF8 | (parsed->bit_depth_luma - 8)));
        out.u8(static_cast<std::uint8_t>(0xF8 | (parsed->bit_depth_chroma - 8)));
        out.u8(0);
    }
    return Bytes(std::move(out).take());
}

Result<AvcRecord> AvcRecord::with(ByteSpan nal) const {
    const std::uint32_t id = TRY(parameter_set_id(nal));
    if (nal.size() > 0xFFFF) return fail(Errc::Malformed, "a parameter set is over 64 KiB");
    const bool is_sps = nal_type(nal) == NalType::Sps;
    if (is_sps) TRY_VOID(wire::parse_sps(nal));
    AvcRecord out = *this;
    std::vector<Bytes>& sets = is_sps ? out.sps : out.pps;
    const auto same = std::ranges::find_if(
        sets, [id](const Bytes& set) { return parameter_set_id(set).value_or(~id) == id; });
    if (same != sets.end()) {
        *same = Bytes::copy_of(nal);
    } else if (sets.size() == (is_sps ? sps_max : pps_max)) {
        return fail(Errc::TooLarge, "too many parameter sets");
    } else {
        sets.push_back(Bytes::copy_of(nal));
    }
    return out;
}

bool AvcRecord::contains(ByteSpan nal) const {
    const auto is_same = [nal](const Bytes& set) { return std::ranges::equal(set.span(), nal); };
    return std::ranges::any_of(sps, is_same) || std::ranges::any_of(pps, is_same);
}

bool AccessUnit::has(NalType type) const {
    return std::ranges::any_of(nals, [type](ByteSpan nal) { return nal_type(nal) == type; });
}

bool AccessUnit::has_picture() const {
    return std::ranges::any_of(nals, [](ByteSpan nal) {
        const NalType type = nal_type(nal);
        return type >= NalType::Slice && type <= NalType::Idr;
    });
}

Result<AccessUnit> split_access_unit(ByteSpan body, std::uint8_t nal_length_size) {
    ENSURE(nal_length_size >= 1 && nal_length_size <= 4);
    if (auto by_length = split_by_length(body, nal_length_size)) return *std::move(by_length);
    AccessUnit out{.nals = split_annex_b(body), .is_exact = false};
    if (out.nals.empty()) {
        return fail(Errc::Malformed, "a video frame's NAL lengths do not fit its size");
    }
    return out;
}

std::vector<ByteSpan> split_annex_b(ByteSpan in) {
    constexpr std::byte zero{0};
    constexpr std::byte one{1};
    std::vector<ByteSpan> out;
    // Positions of 00 00 01; zeros before it belong to the start code or are padding.
    std::optional<std::size_t> begin;
    const auto end_nal = [&](std::size_t end) {
        if (!begin) return;
        while (end > *begin && in[end - 1] == zero) --end;
        if (end > *begin) out.push_back(in.subspan(*begin, end - *begin));
    };
    for (std::size_t i = 0; i + 2 < in.size(); ++i) {
        if (in[i] != zero || in[i + 1] != zero || in[i + 2] != one) {
            if (!begin && in[i] != zero) return {};
            continue;
        }
        end_nal(i);
        begin = i + 3;
        i += 2;
    }
    end_nal(in.size());
    return out;
}

Bytes join_nals(std::span<const ByteSpan> nals) {
    std::size_t size = 0;
    for (const ByteSpan nal : nals) size += 4 + nal.size();
    ByteWriter out;
    out.reserve(size);
    for (const ByteSpan nal : nals) {
        out.u32(static_cast<std::uint32_t>(nal.size()));
        out.bytes(nal);
    }
    return Bytes(std::move(out).take());
}

}  // namespace shopcast::wire
