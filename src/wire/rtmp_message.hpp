#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/amf0.hpp"
#include "wire/rtmp_chunk.hpp"

namespace shopcast::wire {

// Protocol control (RTMP 1.0, 5.4): stream 0, timestamp ignored.

RtmpMessage rtmp_set_chunk_size(std::uint32_t bytes);
/// `sequence` is the count of bytes received, modulo 2^32.
RtmpMessage rtmp_acknowledgement(std::uint32_t sequence);
RtmpMessage rtmp_window_ack_size(std::uint32_t bytes);
/// Limit type 2, "dynamic": what every media server sends.
RtmpMessage rtmp_set_peer_bandwidth(std::uint32_t bytes);

/// RTMP 1.0, 7.1.7.
enum class RtmpEvent : std::uint16_t {
    StreamBegin = 0,
    StreamEof = 1,
    SetBufferLength = 3,
    PingRequest = 6,
    PingResponse = 7,
};
struct RtmpUserControl {
    RtmpEvent event{};
    std::uint32_t value = 0;  ///< a stream id or a time, by event; 0 where it is missing
};
RtmpMessage rtmp_user_control(RtmpEvent event, std::uint32_t value);
Result<RtmpUserControl> parse_rtmp_user_control(ByteSpan payload);
/// The number in Window Ack Size, Acknowledgement or Set Peer Bandwidth.
Result<std::uint32_t> parse_rtmp_number(ByteSpan payload);

/// A remote call (7.1.1): connect, publish, ... Values after the transaction id are `arguments`;
/// the first is the command object or null.
struct RtmpCommand {
    std::string name;
    double transaction_id = 0;
    std::vector<Amf0Value> arguments;

    /// The argument at `index`, null when missing.
    const Amf0Value& argument(std::size_t index) const;
    /// Its text; empty when missing or of another type.
    std::string_view text(std::size_t index) const;
};
/// Types 20 and 17; the latter carries a zero byte before AMF0 in practice (Flash with
/// objectEncoding 3).
Result<RtmpCommand> parse_rtmp_command(const RtmpMessage& message);
RtmpMessage to_message(const RtmpCommand& command, std::uint32_t stream_id);

/// Types 18 and 15: {"@setDataFrame", "onMetaData", {...}} or {"onMetaData", {...}}.
Result<std::vector<Amf0Value>> parse_rtmp_data(const RtmpMessage& message);
/// The encoder's description of itself, for hints only (it may lie); null when `values` is
/// something else.
const Amf0Object* find_metadata(const std::vector<Amf0Value>& values);

/// Walks the messages inside an aggregate (7.1.6), without copying. Timestamps are offset so that
/// the first gets the aggregate's own.
class RtmpAggregate {
public:
    explicit RtmpAggregate(RtmpMessage aggregate) : aggregate_(std::move(aggregate)) {}
    /// Nothing at the end. Errors: Malformed (cut short, or an aggregate within).
    Result<std::optional<RtmpMessage>> next();

private:
    RtmpMessage aggregate_;
    std::size_t at_ = 0;
    std::optional<std::uint32_t> first_timestamp_ms_;
};

}  // namespace shopcast::wire
