#pragma once

#include <string>
#include <string_view>

#include "wire/amf0.hpp"
#include "wire/rtmp_message.hpp"

namespace shopcast::ingest {

/// What the server says in RTMP's NetConnection and NetStream commands (RTMP 1.0, 7.2). Pure.

/// Success for `connect`. Echoes objectEncoding, and what shopcast takes of Enhanced RTMP v2 when
/// the client said that it speaks it.
wire::RtmpCommand connect_result(const wire::RtmpCommand& connect);
/// The client's `connect` said that it understands reconnect_request() (CapsExMask.Reconnect).
bool takes_reconnect_requests(const wire::RtmpCommand& connect);
/// onStatus on the connection: go away now and come back, to the same address (Enhanced RTMP v2,
/// "Reconnect Request").
wire::RtmpCommand reconnect_request(std::string_view words);
/// `_error` for `connect`, with words.
wire::RtmpCommand connect_rejected(double transaction_id, std::string_view words);

/// `_result` without content, or with `value`.
wire::RtmpCommand result(double transaction_id, wire::Amf0Value value = wire::Amf0Undefined{});

/// onStatus: `code` is "NetStream.Publish.Start" or the like.
wire::RtmpCommand on_status(bool is_error, std::string_view code, std::string_view words);
/// onFCPublish and onFCUnpublish: FMLE waits for them.
wire::RtmpCommand on_fc(std::string_view name, std::string_view code);

/// The application of a connect: "live" for "live", "live/", "live?x=y" and "live/instance".
std::string_view app_of(std::string_view app);
/// The stream key: the last component of the publish name without query, percent-decoded; where the
/// name is empty, the last component of the app ("live/KEY", OBS with all of it in the server
/// field). Empty when there is none.
std::string stream_key_of(std::string_view app, std::string_view publish_name);

/// `text` for a log line or page: printable ASCII, at most 64 characters.
std::string printable(std::string_view text);

}  // namespace shopcast::ingest
