#include "ingest/rtmp_session.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/log.hpp"
#include "ingest/limits.hpp"
#include "ingest/rtmp_answers.hpp"
#include "ingest/rtmp_metrics.hpp"
#include "wire/limits.hpp"

namespace shopcast::ingest {
namespace {

using wire::RtmpType;

constexpr std::uint32_t control_chunk_stream = 2;
constexpr std::uint32_t command_chunk_stream = 3;
constexpr std::uint32_t only_stream_id = 1;
/// A peer that asks for more frequent acknowledgements is flooded by itself.
constexpr std::uint32_t ack_window_bytes_min = 16 * 1024;
constexpr auto health_interval = std::chrono::seconds(1);

RefusalKind kind_of(std::string_view reason) {
    if (reason == "bad_key") return RefusalKind::WrongStreamKey;
    if (reason == "timeout") return RefusalKind::TooSlow;
    if (reason == "too_many") return RefusalKind::TooManyConnections;
    return RefusalKind::MalformedRtmp;
}

bool is_command(RtmpType type) {
    return type == RtmpType::CommandAmf0 || type == RtmpType::CommandAmf3;
}
bool is_media(RtmpType type) {
    return type == RtmpType::Video || type == RtmpType::Audio || type == RtmpType::Aggregate;
}

}  // namespace

RtmpSession::RtmpSession(net::Stream& stream, const RtmpEnvironment& environment,
                         std::uint64_t connection_id, Share place)
    : stream_(stream),
      environment_(environment),
      connection_id_(connection_id),
      peer_(stream.peer()),
      buffer_(limits::rtmp_read_buffer_bytes),
      handshake_(environment.random),
      ack_window_bytes_(limits::rtmp_window_ack_bytes),
      idle_since_(environment.clock.steady()),
      place_(std::move(place)) {
    reader_.set_message_bytes_max(limits::rtmp_unauthenticated_message_bytes_max);
}

RtmpSession::~RtmpSession() {
    end_publication();
}

void RtmpSession::stop(std::string words) {
    if (farewell_ || !stop_words_.empty()) return;
    stop_words_ = words.empty() ? "The server ended this stream." : std::move(words);
    // Whatever operation is pending ends with Timeout, and serve() with it.
    stream_.set_deadline(environment_.clock.steady());
}

void RtmpSession::drain(std::string words) {
    draining_ = true;
    stop(std::move(words));
}

async::Task<void> RtmpSession::run() {
    log::debug("rtmp.connected", {{"connection_id", connection_id_}, {"peer", peer_}});
    const Result<void> served = co_await serve();
    Error end{Errc::Closed, "the encoder closed the connection"};
    if (!served) end = served.error();
    if (!stop_words_.empty() && !farewell_) {
        count_rtmp_refusal("stopped");
        end = {Errc::Closed, "stopped by the server"};
        farewell_ = {.code = "NetStream.Publish.Rejected", .words = stop_words_};
    } else if (!farewell_ && end.code == Errc::Timeout) {
        count_rtmp_refusal("timeout");
        // An encoder that fell silent is its host's sorrow, and told in its studio.
        if (!is_encoder_) tell_refused("timeout", end.message);
    } else if (!farewell_ && (end.code == Errc::Malformed || end.code == Errc::TooLarge)) {
        count_rtmp_refusal("protocol");
        tell_refused("protocol", end.message);
        farewell_ = {.code = "NetConnection.Call.Failed", .words = end.message};
    }
    end_publication();
    if (farewell_ && handshake_.done()) co_await say_farewell();
    stream_.close();
    // Strangers come and go as often as they like.
    log::write(is_encoder_ ? log::Level::Info : log::Level::Debug, "rtmp.closed",
               {{"connection_id", connection_id_},
                {"peer", peer_},
                {"reason", to_string(end.code)},
                {"message", end.message},
                {"received_bytes", received_bytes_}});
}

async::Task<Result<void>> RtmpSession::serve() {
    CO_CHECK(co_await shake_hands());
    for (;;) {
        CO_TRY(const std::size_t count, co_await read());
        CO_CHECK(co_await on_bytes(ByteSpan(buffer_).first(count)));
        acknowledge();
        report_health(false);
        CO_CHECK(co_await flush());
    }
}

async::Task<Result<void>> RtmpSession::shake_hands() {
    const SteadyTime deadline = idle_since_ + limits::rtmp_handshake_timeout;
    ByteSpan rest;
    while (!handshake_.done()) {
        stream_.set_deadline(deadline);
        CO_TRY(const std::size_t count, co_await stream_.read_some(buffer_));
        received_bytes_ += count;
        const ByteSpan in = ByteSpan(buffer_).first(count);
        auto consumed = handshake_.feed(in);
        if (!consumed) co_return std::unexpected(std::move(consumed).error());
        rest = in.subspan(*consumed);
        output_ = handshake_.take_output();
        CO_CHECK(co_await flush());
    }
    // Commands may have come in one packet with C2.
    CO_CHECK(co_await on_bytes(rest));
    co_return co_await flush();
}

SteadyTime RtmpSession::read_deadline() const {
    // Pings and metadata do not keep a publish alive: a channel would stay taken by an encoder
    // that has nothing to show.
    if (last_media_) return *last_media_ + limits::rtmp_silence_timeout;
    return idle_since_ + limits::rtmp_first_packet_timeout;
}

async::Task<Result<std::size_t>> RtmpSession::read() {
    if (!stop_words_.empty()) co_return fail(Errc::Closed, "stopped");
    stream_.set_deadline(read_deadline());
    CO_TRY(const std::size_t count, co_await stream_.read_some(buffer_));
    received_bytes_ += count;
    rtmp_metrics().received_bytes.add(count);
    co_return count;
}

async::Task<Result<void>> RtmpSession::flush() {
    if (output_.empty()) co_return Result<void>{};
    stream_.set_deadline(environment_.clock.steady() + limits::rtmp_silence_timeout);
    auto written = co_await stream_.write(ByteSpan(output_));
    output_.clear();
    co_return written;
}

async::Task<Result<void>> RtmpSession::on_bytes(ByteSpan in) {
    while (!in.empty()) {
        CO_TRY(auto message, reader_.next(in));
        if (!message) break;
        if (!is_command(message->type)) {
            CO_CHECK(on_message(*message));
            continue;
        }
        rtmp_metrics().other_messages.add();
        CO_TRY(wire::RtmpCommand command, wire::parse_rtmp_command(*message));
        CO_CHECK(co_await on_command(std::move(command), message->stream_id));
    }
    co_return Result<void>{};
}

Result<void> RtmpSession::on_message(const wire::RtmpMessage& message) {
    RtmpMetrics& metrics = rtmp_metrics();
    (message.type == RtmpType::Video   ? metrics.video_messages
     : message.type == RtmpType::Audio ? metrics.audio_messages
                                       : metrics.other_messages)
        .add();
    if (is_media(message.type)) {
        // Media outside a publish is what was on its way when the publish ended.
        if (!media_) return {};
        auto taken = media_->on_message(message);
        if (media_->has_media()) last_media_ = environment_.clock.steady();
        if (taken) return {};
        return refuse("codec", "NetStream.Publish.Rejected", std::move(taken).error());
    }
    if (message.type == RtmpType::DataAmf0 || message.type == RtmpType::DataAmf3) {
        on_data(message);
        return {};
    }
    return on_control(message);
}

Result<void> RtmpSession::on_control(const wire::RtmpMessage& message) {
    if (message.type == RtmpType::WindowAckSize) {
        const std::uint32_t bytes = TRY(wire::parse_rtmp_number(message.payload));
        ack_window_bytes_ = std::max(bytes, ack_window_bytes_min);
    } else if (message.type == RtmpType::SetPeerBandwidth) {
        send(wire::rtmp_window_ack_size(limits::rtmp_window_ack_bytes));
    } else if (message.type == RtmpType::UserControl) {
        const wire::RtmpUserControl control = TRY(wire::parse_rtmp_user_control(message.payload));
        if (control.event == wire::RtmpEvent::PingRequest) {
            send(wire::rtmp_user_control(wire::RtmpEvent::PingResponse, control.value));
        }
    }
    return {};  // acknowledgements, and what newer encoders may say
}

void RtmpSession::on_data(const wire::RtmpMessage& message) {
    const auto values = wire::parse_rtmp_data(message);
    if (!values) return;
    const wire::Amf0Object* metadata = wire::find_metadata(*values);
    if (metadata == nullptr) return;
    // Only the encoder's name: sizes, rates and codecs may lie.
    if (const auto encoder = metadata->text("encoder")) encoder_ = printable(*encoder);
}

async::Task<Result<void>> RtmpSession::on_command(wire::RtmpCommand command,
                                                  std::uint32_t stream_id) {
    if (command.name == "publish") {
        co_return co_await publish(std::move(command), stream_id);
    }
    co_return on_small_command(command, stream_id);
}

Result<void> RtmpSession::on_small_command(const wire::RtmpCommand& command,
                                           std::uint32_t stream_id) {
    const std::string_view name = command.name;
    if (name == "connect") return connect(command);
    if (name == "createStream") {
        send(result(command.transaction_id, double{only_stream_id}), 0);
        return {};
    }
    if (name == "play" || name == "play2") {
        return refuse("play", "NetStream.Play.Failed",
                      {Errc::Unsupported,
                       "This address takes streams in. To watch, open the page or the playlist."});
    }
    if (name == "FCUnpublish" || name == "deleteStream" || name == "closeStream") {
        const bool was_publishing = publication_ != nullptr;
        if (was_publishing) publication_->finish();
        end_publication();
        if (name == "FCUnpublish") {
            send(on_fc("onFCUnpublish", "NetStream.Unpublish.Success"), 0);
        }
        if (was_publishing && name != "deleteStream") {
            send(on_status(false, "NetStream.Unpublish.Success", "The stream has ended."),
                 stream_id != 0 ? stream_id : publish_stream_id_);
        }
    }
    // Answers to calls we never made, and notifications, have nobody who waits.
    const bool wants_answer = command.transaction_id != 0 && name != "_result" &&
                              name != "_error" && name != "onStatus" && name != "deleteStream" &&
                              name != "closeStream";
    if (wants_answer) send(result(command.transaction_id), 0);
    return {};
}

Result<void> RtmpSession::connect(const wire::RtmpCommand& command) {
    const wire::Amf0Object* properties = command.argument(0).as_object();
    const std::string_view app = properties == nullptr ? "" : properties->text("app").value_or("");
    if (app_of(app) != environment_.app) {
        const std::string words = "Unknown application. The server address ends in /" +
                                  environment_.app + ", and the stream key comes after it.";
        count_rtmp_refusal("bad_app");
        tell_refused("bad_app", "an unknown application");
        send(connect_rejected(command.transaction_id, words), 0);
        farewell_ = Farewell{.code = "NetConnection.Connect.Rejected", .words = words};
        return fail(Errc::NotFound, "the encoder asked for an unknown application");
    }
    if (const auto version = properties->text("flashVer")) encoder_ = printable(*version);
    app_ = std::string(app);
    takes_reconnect_requests_ = takes_reconnect_requests(command);
    send(wire::rtmp_window_ack_size(limits::rtmp_window_ack_bytes));
    send(wire::rtmp_set_peer_bandwidth(limits::rtmp_window_ack_bytes));
    send(wire::rtmp_set_chunk_size(limits::rtmp_chunk_bytes_out));
    writer_.set_chunk_size(limits::rtmp_chunk_bytes_out);
    send(connect_result(command), 0);
    return {};
}

async::Task<Result<void>> RtmpSession::publish(wire::RtmpCommand command, std::uint32_t stream_id) {
    if (!app_) co_return fail(Errc::Malformed, "publish came before connect");
    if (publication_) {
        co_return refuse("conflict", "NetStream.Publish.BadName",
                         {Errc::Conflict, "This connection publishes a stream already."});
    }
    publish_stream_id_ = stream_id != 0 ? stream_id : only_stream_id;
    PublishRequest request{.app = environment_.app,
                           .stream_key = stream_key_of(*app_, command.text(1)),
                           .peer = peer_,
                           .encoder = encoder_,
                           .connection_id = connection_id_};
    if (request.stream_key.empty()) {
        co_return refuse("bad_key", "NetStream.Publish.Denied",
                         {Errc::Unauthorized, "The stream key is missing."});
    }
    auto opened = co_await environment_.gate.open(std::move(request), *this);
    if (!opened) {
        // librtmp (OBS) shows the words of Denied and Rejected, ffmpeg those of any error.
        const Errc code = opened.error().code;
        const std::string_view reason = code == Errc::Unauthorized ? "bad_key"
                                        : code == Errc::Conflict   ? "conflict"
                                                                   : "refused";
        const std::string_view status = code == Errc::Unauthorized ? "NetStream.Publish.Denied"
                                        : code == Errc::Conflict   ? "NetStream.Publish.BadName"
                                                                   : "NetStream.Publish.Rejected";
        co_return refuse(reason, status, std::move(opened).error());
    }
    if (const auto taken = take_place(); !taken) {
        co_return refuse("too_many", "NetStream.Publish.Rejected", taken.error());
    }
    publication_ = *std::move(opened);
    media_.emplace(*publication_);
    reader_.set_message_bytes_max(limits::rtmp_message_bytes_max);
    idle_since_ = publish_began_ = health_reported_ = environment_.clock.steady();
    publish_began_at_bytes_ = received_bytes_;
    rtmp_metrics().publishers.add(1);
    log::info("rtmp.publish_started",
              {{"connection_id", connection_id_}, {"peer", peer_}, {"encoder", encoder_}});

    send(wire::rtmp_user_control(wire::RtmpEvent::StreamBegin, publish_stream_id_));
    send(on_fc("onFCPublish", "NetStream.Publish.Start"), 0);
    send(on_status(false, "NetStream.Publish.Start", "The stream is being received."),
         publish_stream_id_);
    co_return Result<void>{};
}

/// Its key was right: it leaves the strangers, whose places are few.
Result<void> RtmpSession::take_place() {
    if (is_encoder_) return {};
    if (environment_.encoders != nullptr) {
        Share place = environment_.encoders->take(net::limited_as(peer_));
        if (!place) return fail(Errc::Busy, "As many encoders as this server takes are connected.");
        place_ = std::move(place);
    }
    is_encoder_ = true;
    return {};
}

void RtmpSession::end_publication() {
    if (!publication_) return;
    report_health(true);
    const IngestHealth health = media_->health();
    media_.reset();
    publication_.reset();
    last_media_.reset();
    const SteadyTime now = environment_.clock.steady();
    idle_since_ = now;
    rtmp_metrics().publishers.add(-1);
    log::info(
        "rtmp.publish_ended",
        {{"connection_id", connection_id_},
         {"duration_ms", std::chrono::duration_cast<Milliseconds>(now - publish_began_).count()},
         {"received_bytes", received_bytes_ - publish_began_at_bytes_},
         {"video_packets", health.video_packets},
         {"audio_packets", health.audio_packets},
         {"dropped_packets", health.dropped_packets},
         {"repaired_timestamps", health.repaired_timestamps},
         {"discontinuities", health.discontinuities},
         {"last_warning", health.last_warning}});
}

void RtmpSession::acknowledge() {
    // 5.4.3 asks for one each window; some librtmp encoders stall when it comes late.
    if (received_bytes_ - acknowledged_bytes_ < ack_window_bytes_ / 2) return;
    acknowledged_bytes_ = received_bytes_;
    send(wire::rtmp_acknowledgement(static_cast<std::uint32_t>(received_bytes_)));
}

void RtmpSession::report_health(bool is_last) {
    if (!publication_) return;
    const SteadyTime now = environment_.clock.steady();
    if (!is_last && now - health_reported_ < health_interval) return;
    health_reported_ = now;
    IngestHealth health = media_->health();
    health.encoder = encoder_;
    health.received_bytes = received_bytes_ - publish_began_at_bytes_;
    publication_->report(health);
}

std::unexpected<Error> RtmpSession::refuse(std::string_view reason, std::string_view code,
                                           Error error) {
    count_rtmp_refusal(reason);
    farewell_ = Farewell{.code = std::string(code), .words = error.message};
    // Whoever had a key is refused as its host, who is told in the studio.
    const bool had_key = is_encoder_ || reason == "conflict" || reason == "refused";
    if (had_key) {
        log::info("rtmp.refused", {{"connection_id", connection_id_},
                                   {"peer", peer_},
                                   {"reason", reason},
                                   {"encoder", encoder_}});
    } else {
        tell_refused(reason, error.message);
    }
    return std::unexpected(std::move(error));
}

void RtmpSession::tell_refused(std::string_view reason, std::string_view why) {
    if (environment_.refusals == nullptr) return;
    const std::string address = net::limited_as(peer_);
    environment_.refusals->add({.kind = kind_of(reason), .address = address, .why = why});
}

async::Task<void> RtmpSession::say_farewell() {
    if (draining_ && takes_reconnect_requests_) {
        send(reconnect_request(farewell_->words), 0);
    } else {
        send(on_status(true, farewell_->code, farewell_->words),
             publish_stream_id_ != 0 ? publish_stream_id_ : only_stream_id);
    }
    const SteadyTime deadline = environment_.clock.steady() + limits::rtmp_linger_timeout;
    stream_.set_deadline(deadline);
    const auto written = co_await stream_.write(ByteSpan(output_));
    if (!written) co_return;
    // Closing with unread bytes would reset the connection, and the words might be lost on the way.
    stream_.shut_down_write();
    for (;;) {
        const auto count = co_await stream_.read_some(buffer_);
        if (!count || environment_.clock.steady() >= deadline) co_return;
    }
}

void RtmpSession::send(const wire::RtmpMessage& message) {
    writer_.write(output_, control_chunk_stream, message);
}

void RtmpSession::send(const wire::RtmpCommand& command, std::uint32_t stream_id) {
    writer_.write(output_, command_chunk_stream, to_message(command, stream_id));
}

}  // namespace shopcast::ingest
