#include "wire/rtmp_chunk.hpp"

#include <algorithm>

#include "base/byte_reader.hpp"
#include "base/byte_writer.hpp"
#include "base/check.hpp"
#include "wire/limits.hpp"

namespace shopcast::wire {
namespace {

constexpr std::uint32_t extended_mark = 0xFFFFFF;

std::uint32_t big_endian(ByteSpan in) {
    std::uint32_t out = 0;
    for (const std::byte byte : in) out = out << 8 | std::to_integer<std::uint32_t>(byte);
    return out;
}

/// The one little-endian number of the protocol (5.3.1.2.1).
std::uint32_t little_endian(ByteSpan in) {
    std::uint32_t out = 0;
    for (std::size_t i = in.size(); i-- > 0;) {
        out = out << 8 | std::to_integer<std::uint32_t>(in[i]);
    }
    return out;
}

enum class Match { No, Undecided, Yes };

/// Whether `in` starts with `value`, as far as it goes.
Match starts_with(ByteSpan in, std::uint32_t value) {
    for (std::size_t i = 0; i < 4; ++i) {
        if (i == in.size()) return Match::Undecided;
        if (in[i] != static_cast<std::byte>(value >> (24 - 8 * i))) return Match::No;
    }
    return Match::Yes;
}

}  // namespace

Result<std::optional<RtmpMessage>> RtmpChunkReader::next(ByteSpan& in) {
    for (;;) {
        if (!in_chunk_ && !TRY(read_header(in))) return std::nullopt;
        read_payload(in);
        if (chunk_remaining_ > 0) return std::nullopt;
        in_chunk_ = false;
        auto message = finish_message();
        if (!message) continue;
        if (message->type != RtmpType::SetChunkSize && message->type != RtmpType::Abort) {
            return message;
        }
        TRY_VOID(obey(*message));
    }
}

/// False: more bytes are needed, and all of `in` is held.
Result<bool> RtmpChunkReader::read_header(ByteSpan& in) {
    const std::size_t fresh = std::min(in.size(), held_.size() - held_size_);
    std::copy_n(in.begin(), fresh, held_.begin() + static_cast<std::ptrdiff_t>(held_size_));
    const std::size_t available = held_size_ + fresh;
    const auto header = parse_header(ByteSpan(held_).first(available));
    if (!header) {
        // A header is never longer than held_, so `in` was too short and lies in held_ entirely.
        ENSURE(fresh == in.size());
        held_size_ = available;
        in = in.last(0);
        return false;
    }
    if (header->size >= held_size_) {
        in = in.subspan(header->size - held_size_);
        held_size_ = 0;
    } else {
        // Payload that was held while it might have been an extended timestamp.
        std::copy(held_.begin() + static_cast<std::ptrdiff_t>(header->size),
                  held_.begin() + static_cast<std::ptrdiff_t>(held_size_), held_.begin());
        held_size_ -= header->size;
    }
    TRY_VOID(begin_chunk(*header));
    return true;
}

std::optional<RtmpChunkReader::Header> RtmpChunkReader::parse_header(ByteSpan in) const {
    constexpr std::array<std::size_t, 4> message_header_size = {11, 7, 3, 0};
    if (in.empty()) return std::nullopt;
    const auto first = std::to_integer<std::uint8_t>(in[0]);
    Header out;
    out.format = first >> 6;
    out.chunk_stream_id = first & 0x3F;
    // 5.3.1.1: 0 and 1 say that one or two more bytes carry the id less 64, low byte first.
    std::size_t at = 1;
    if (out.chunk_stream_id < 2) {
        const std::size_t id_size = out.chunk_stream_id + 1;
        if (in.size() < at + id_size) return std::nullopt;
        out.chunk_stream_id = 64 + little_endian(in.subspan(at, id_size));
        at += id_size;
    }
    const ByteSpan fields = in.subspan(at);
    if (fields.size() < message_header_size[out.format]) return std::nullopt;
    at += message_header_size[out.format];
    if (out.format <= 2) out.timestamp_field = big_endian(fields.first(3));
    if (out.format <= 1) {
        out.length = big_endian(fields.subspan(3, 3));
        out.type = std::to_integer<std::uint8_t>(fields[6]);
    }
    if (out.format == 0) out.message_stream_id = little_endian(fields.subspan(7, 4));

    if (out.format <= 2) {
        out.has_extended_timestamp = out.timestamp_field == extended_mark;
        if (out.has_extended_timestamp) {
            if (in.size() < at + 4) return std::nullopt;
            out.timestamp_field = big_endian(in.subspan(at, 4));
            at += 4;
        }
    } else if (const ChunkStream* stream = find(out.chunk_stream_id);
               stream != nullptr && stream->has_extended_timestamp) {
        // 5.3.1.3 repeats the extended timestamp on type 3 chunks; old librtmp, ffmpeg and nginx
        // leave it out, and some repeat the absolute time where the header carried a delta.
        const Match field = starts_with(in.subspan(at), stream->timestamp_field);
        const Match time =
            stream->in_message ? starts_with(in.subspan(at), stream->timestamp_ms) : Match::No;
        if (field == Match::Yes || time == Match::Yes) {
            at += 4;
        } else if (field == Match::Undecided || time == Match::Undecided) {
            return std::nullopt;
        }
    }
    out.size = at;
    return out;
}

Result<void> RtmpChunkReader::begin_chunk(const Header& header) {
    ChunkStream* stream = find(header.chunk_stream_id);
    if (stream == nullptr) {
        if (streams_.size() == limits::rtmp_chunk_streams_max) {
            return fail(Errc::TooLarge, "too many RTMP chunk streams");
        }
        stream = &streams_.emplace_back();
        stream->id = header.chunk_stream_id;
    }
    if (!stream->in_message) {
        TRY_VOID(begin_message(*stream, header));
    } else if (header.format != 3) {
        return fail(Errc::Malformed, "an RTMP message is interrupted by a new header");
    }
    current_ = static_cast<std::size_t>(stream - streams_.data());
    in_chunk_ = true;
    chunk_remaining_ = std::min<std::size_t>(chunk_size_, stream->length - stream->payload.size());
    return {};
}

Result<void> RtmpChunkReader::begin_message(ChunkStream& stream, const Header& header) {
    // librtmp begins chunk stream 2 with a type 1; types 2 and 3 lack a length to start from.
    if (header.format >= 2 && !stream.has_header) {
        return fail(Errc::Malformed, "an RTMP chunk stream begins without a full header");
    }
    if (header.format <= 1) {
        stream.length = header.length;
        stream.type = header.type;
    }
    if (header.format == 0) stream.message_stream_id = header.message_stream_id;
    if (header.format <= 2) {
        stream.timestamp_field = header.timestamp_field;
        stream.has_extended_timestamp = header.has_extended_timestamp;
    }
    // 5.3.1.2.4: type 3 adds the last delta again, and after type 0 the delta is that time itself
    // (Flash Media Live Encoder's audio relies on it). Deltas stay deltas when extended.
    stream.timestamp_ms =
        header.format == 0 ? header.timestamp_field : stream.timestamp_ms + stream.timestamp_field;
    stream.has_header = true;

    if (stream.length > message_bytes_max_) {
        return fail(Errc::TooLarge, "an RTMP message is larger than allowed");
    }
    if (partial_bytes_ + stream.length > limits::rtmp_partial_bytes_max) {
        return fail(Errc::TooLarge, "unfinished RTMP messages take too much memory");
    }
    partial_bytes_ += stream.length;
    stream.in_message = true;
    stream.payload.reserve(stream.length);
    return {};
}

void RtmpChunkReader::read_payload(ByteSpan& in) {
    ByteVector& payload = streams_[current_].payload;
    const auto append = [&](ByteSpan bytes) {
        payload.insert(payload.end(), bytes.begin(), bytes.end());
        chunk_remaining_ -= bytes.size();
    };
    if (held_size_ > 0) {
        const std::size_t taken = std::min(held_size_, chunk_remaining_);
        append(ByteSpan(held_).first(taken));
        std::copy(held_.begin() + static_cast<std::ptrdiff_t>(taken),
                  held_.begin() + static_cast<std::ptrdiff_t>(held_size_), held_.begin());
        held_size_ -= taken;
    }
    const std::size_t taken = std::min(in.size(), chunk_remaining_);
    append(in.first(taken));
    in = in.subspan(taken);
}

std::optional<RtmpMessage> RtmpChunkReader::finish_message() {
    ChunkStream& stream = streams_[current_];
    if (stream.payload.size() < stream.length) return std::nullopt;
    stream.in_message = false;
    partial_bytes_ -= stream.length;
    return RtmpMessage{.type = RtmpType{stream.type},
                       .timestamp_ms = stream.timestamp_ms,
                       .stream_id = stream.message_stream_id,
                       .payload = Bytes(std::exchange(stream.payload, {}))};
}

Result<void> RtmpChunkReader::obey(const RtmpMessage& message) {
    ByteReader in(message.payload);
    const std::uint32_t value = TRY(in.u32());
    if (message.type == RtmpType::SetChunkSize) {
        // 5.4.1: the first bit is zero, the size at least 1.
        const std::uint32_t size = value & 0x7FFFFFFF;
        if (size == 0) return fail(Errc::Malformed, "an RTMP chunk size of zero");
        chunk_size_ = std::min(size, limits::rtmp_chunk_bytes_max);
    } else if (ChunkStream* stream = find(value); stream != nullptr && stream->in_message) {
        stream->in_message = false;
        stream->payload = {};
        partial_bytes_ -= stream->length;
    }
    return {};
}

RtmpChunkReader::ChunkStream* RtmpChunkReader::find(std::uint32_t id) {
    const auto found = std::ranges::find(streams_, id, &ChunkStream::id);
    return found == streams_.end() ? nullptr : &*found;
}

const RtmpChunkReader::ChunkStream* RtmpChunkReader::find(std::uint32_t id) const {
    const auto found = std::ranges::find(streams_, id, &ChunkStream::id);
    return found == streams_.end() ? nullptr : &*found;
}

void RtmpChunkWriter::write(ByteVector& out, std::uint32_t chunk_stream_id,
                            const RtmpMessage& message) const {
    ENSURE(chunk_stream_id >= 2 && chunk_stream_id < 64, "one-byte chunk stream ids only");
    ENSURE(message.payload.size() <= limits::rtmp_message_bytes_max);
    const bool extended = message.timestamp_ms >= extended_mark;
    ByteWriter head;
    head.u8(static_cast<std::uint8_t>(chunk_stream_id));
    head.u24(extended ? extended_mark : message.timestamp_ms);
    head.u24(static_cast<std::uint32_t>(message.payload.size()));
    head.u8(static_cast<std::uint8_t>(message.type));
    for (std::uint32_t shift = 0; shift < 32; shift += 8) {
        head.u8(static_cast<std::uint8_t>(message.stream_id >> shift));
    }
    if (extended) head.u32(message.timestamp_ms);
    out.insert(out.end(), head.span().begin(), head.span().end());

    ByteWriter continuation;
    continuation.u8(static_cast<std::uint8_t>(0xC0 | chunk_stream_id));
    if (extended) continuation.u32(message.timestamp_ms);
    ByteSpan rest = message.payload;
    for (bool first = true; first || !rest.empty(); first = false) {
        const ByteSpan between = continuation.span();
        if (!first) out.insert(out.end(), between.begin(), between.end());
        const ByteSpan piece = rest.first(std::min<std::size_t>(rest.size(), chunk_size_));
        out.insert(out.end(), piece.begin(), piece.end());
        rest = rest.subspan(piece.size());
    }
}

}  // namespace shopcast::wire
