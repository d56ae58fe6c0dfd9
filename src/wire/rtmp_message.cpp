#include "wire/rtmp_message.hpp"

namespace shopcast::wire {
namespace {

RtmpMessage control(RtmpType type, ByteWriter&& payload) {
    return {.type = type,
            .timestamp_ms = 0,
            .stream_id = 0,
            .payload = Bytes(std::move(payload).take())};
}

RtmpMessage number_message(RtmpType type, std::uint32_t value) {
    ByteWriter out;
    out.u32(value);
    return control(type, std::move(out));
}

/// AMF3 messages carry a format byte, 0 for "AMF0 follows".
ByteSpan amf0_part(const RtmpMessage& message, RtmpType amf3_type) {
    const ByteSpan all = message.payload;
    const bool has_prefix = message.type == amf3_type && !all.empty() && all[0] == std::byte{0};
    return has_prefix ? all.subspan(1) : all;
}

}  // namespace

RtmpMessage rtmp_set_chunk_size(std::uint32_t bytes) {
    return number_message(RtmpType::SetChunkSize, bytes);
}
RtmpMessage rtmp_acknowledgement(std::uint32_t sequence) {
    return number_message(RtmpType::Acknowledgement, sequence);
}
RtmpMessage rtmp_window_ack_size(std::uint32_t bytes) {
    return number_message(RtmpType::WindowAckSize, bytes);
}

RtmpMessage rtmp_set_peer_bandwidth(std::uint32_t bytes) {
    constexpr std::uint8_t dynamic = 2;
    ByteWriter out;
    out.u32(bytes);
    out.u8(dynamic);
    return control(RtmpType::SetPeerBandwidth, std::move(out));
}

RtmpMessage rtmp_user_control(RtmpEvent event, std::uint32_t value) {
    ByteWriter out;
    out.u16(static_cast<std::uint16_t>(event));
    out.u32(value);
    return control(RtmpType::UserControl, std::move(out));
}

Result<RtmpUserControl> parse_rtmp_user_control(ByteSpan payload) {
    ByteReader in(payload);
    RtmpUserControl out;
    out.event = RtmpEvent{TRY(in.u16())};
    out.value = in.u32().value_or(0);
    return out;
}

Result<std::uint32_t> parse_rtmp_number(ByteSpan payload) {
    return ByteReader(payload).u32();
}

const Amf0Value& RtmpCommand::argument(std::size_t index) const {
    static const Amf0Value null;
    return index < arguments.size() ? arguments[index] : null;
}

std::string_view RtmpCommand::text(std::size_t index) const {
    return argument(index).as_text().value_or("");
}

Result<RtmpCommand> parse_rtmp_command(const RtmpMessage& message) {
    std::vector<Amf0Value> values = TRY(decode_amf0(amf0_part(message, RtmpType::CommandAmf3)));
    const auto name = values[0].as_text();
    if (!name) return fail(Errc::Malformed, "an RTMP command without a name");
    RtmpCommand out;
    out.name = *name;
    if (values.size() > 1) out.transaction_id = values[1].as_number().value_or(0);
    if (values.size() > 2) {
        out.arguments.assign(std::make_move_iterator(values.begin() + 2),
                             std::make_move_iterator(values.end()));
    }
    return out;
}

RtmpMessage to_message(const RtmpCommand& command, std::uint32_t stream_id) {
    ByteWriter out;
    encode_amf0(out, command.name);
    encode_amf0(out, command.transaction_id);
    for (const Amf0Value& argument : command.arguments) encode_amf0(out, argument);
    return {.type = RtmpType::CommandAmf0,
            .timestamp_ms = 0,
            .stream_id = stream_id,
            .payload = Bytes(std::move(out).take())};
}

Result<std::vector<Amf0Value>> parse_rtmp_data(const RtmpMessage& message) {
    return decode_amf0(amf0_part(message, RtmpType::DataAmf3));
}

const Amf0Object* find_metadata(const std::vector<Amf0Value>& values) {
    std::size_t at = 0;
    if (at < values.size() && values[at].as_text() == "@setDataFrame") ++at;
    if (at + 1 >= values.size() || values[at].as_text() != "onMetaData") return nullptr;
    return values[at + 1].as_object();
}

Result<std::optional<RtmpMessage>> RtmpAggregate::next() {
    ByteReader in(aggregate_.payload.span().subspan(at_));
    if (in.done()) return std::nullopt;
    const std::uint8_t type = TRY(in.u8());
    const std::uint32_t size = TRY(in.u24());
    const std::uint32_t time_low = TRY(in.u24());
    const std::uint32_t time_high = TRY(in.u8());
    TRY_VOID(in.skip(3));  // the stream id is the aggregate's
    const std::size_t body_at = at_ + in.position();
    TRY_VOID(in.skip(size));
    if (RtmpType{type} == RtmpType::Aggregate) {
        return fail(Errc::Malformed, "an RTMP aggregate inside an aggregate");
    }
    // The back pointer; some senders leave out the last one.
    (void)in.skip(std::min<std::size_t>(4, in.remaining()));
    at_ += in.position();

    const std::uint32_t time = time_high << 24 | time_low;
    if (!first_timestamp_ms_) first_timestamp_ms_ = time;
    return RtmpMessage{.type = RtmpType{type},
                       .timestamp_ms = aggregate_.timestamp_ms + (time - *first_timestamp_ms_),
                       .stream_id = aggregate_.stream_id,
                       .payload = aggregate_.payload.slice(body_at, size)};
}

}  // namespace shopcast::wire
