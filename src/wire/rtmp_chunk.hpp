#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "wire/limits.hpp"

namespace shopcast::wire {

/// RTMP 1.0, 5.4, 6.2 and 7.1.
enum class RtmpType : std::uint8_t {
    SetChunkSize = 1,
    Abort = 2,
    Acknowledgement = 3,
    UserControl = 4,
    WindowAckSize = 5,
    SetPeerBandwidth = 6,
    Audio = 8,
    Video = 9,
    DataAmf3 = 15,
    CommandAmf3 = 17,
    DataAmf0 = 18,
    CommandAmf0 = 20,
    Aggregate = 22,
};

struct RtmpMessage {
    RtmpType type{};
    std::uint32_t timestamp_ms = 0;  ///< modulo 2^32
    std::uint32_t stream_id = 0;
    Bytes payload;
};

/// Puts chunks back together (RTMP 1.0, 5.3), from bytes as they arrive. Each payload byte is
/// copied once, into its message. Set Chunk Size and Abort act at once, in here, and are not
/// given out.
///
/// Tolerates what encoders do: a fresh chunk stream that begins with type 1 (librtmp's ping);
/// continuation chunks with and without the extended timestamp (old librtmp and ffmpeg leave it
/// out), told apart by its value.
class RtmpChunkReader {
public:
    /// The next complete message, or nothing when all of `in` was consumed without completing one.
    /// Removes what it consumed from the front of `in`.
    ///
    /// Errors, after which the connection is lost: Malformed (a header type that needs an earlier
    /// one, a header inside a message), TooLarge (limits::rtmp_message_bytes_max,
    /// rtmp_partial_bytes_max, rtmp_chunk_streams_max).
    Result<std::optional<RtmpMessage>> next(ByteSpan& in);

    /// Lowers the limit for one message, until the peer has shown its key.
    void set_message_bytes_max(std::size_t bytes) { message_bytes_max_ = bytes; }
    std::uint32_t chunk_size() const { return chunk_size_; }

private:
    struct ChunkStream {
        std::uint32_t id = 0;
        bool has_header = false;
        // The last message header on this chunk stream.
        std::uint32_t timestamp_ms = 0;
        std::uint32_t timestamp_field = 0;  // the last time or delta read, extended or not
        bool has_extended_timestamp = false;
        std::uint32_t length = 0;
        std::uint8_t type = 0;
        std::uint32_t message_stream_id = 0;
        // The message under way.
        bool in_message = false;
        ByteVector payload;
    };
    struct Header {
        std::uint8_t format = 0;
        std::uint32_t chunk_stream_id = 0;
        std::size_t size = 0;
        std::uint32_t timestamp_field = 0;
        bool has_extended_timestamp = false;
        std::uint32_t length = 0;
        std::uint8_t type = 0;
        std::uint32_t message_stream_id = 0;
    };
    /// Basic header 3, message header 11, extended timestamp 4.
    static constexpr std::size_t header_bytes_max = 18;

    Result<bool> read_header(ByteSpan& in);
    /// Nothing: `in` is too short to tell.
    std::optional<Header> parse_header(ByteSpan in) const;
    Result<void> begin_chunk(const Header& header);
    Result<void> begin_message(ChunkStream& stream, const Header& header);
    void read_payload(ByteSpan& in);
    std::optional<RtmpMessage> finish_message();
    Result<void> obey(const RtmpMessage& message);
    ChunkStream* find(std::uint32_t id);
    const ChunkStream* find(std::uint32_t id) const;

    std::size_t message_bytes_max_ = limits::rtmp_message_bytes_max;
    std::uint32_t chunk_size_ = 128;  // 5.4.1: until the peer says otherwise
    std::vector<ChunkStream> streams_;
    std::size_t partial_bytes_ = 0;  // lengths of all messages under way

    // A header cut by the end of `in`, and bytes of payload that were looked at for a timestamp.
    std::array<std::byte, header_bytes_max> held_{};
    std::size_t held_size_ = 0;

    bool in_chunk_ = false;
    std::size_t current_ = 0;          // index in streams_
    std::size_t chunk_remaining_ = 0;  // payload bytes of the chunk under way
};

/// Cuts messages into chunks and appends them to a buffer. Headers are always complete (type 0),
/// then type 3: what a server says is small and rare.
class RtmpChunkWriter {
public:
    /// Chunk streams by custom: 2 for control, 3 for commands.
    void write(ByteVector& out, std::uint32_t chunk_stream_id, const RtmpMessage& message) const;
    /// To be called right after Set Chunk Size was written.
    void set_chunk_size(std::uint32_t bytes) { chunk_size_ = bytes; }

private:
    std::uint32_t chunk_size_ = 128;
};

}  // namespace shopcast::wire
