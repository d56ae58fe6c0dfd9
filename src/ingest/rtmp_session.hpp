#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/pot.hpp"
#include "base/random.hpp"
#include "base/refusals.hpp"
#include "ingest/media_path.hpp"
#include "ingest/publish_gate.hpp"
#include "net/stream.hpp"
#include "wire/rtmp_chunk.hpp"
#include "wire/rtmp_handshake.hpp"
#include "wire/rtmp_message.hpp"

namespace shopcast::ingest {

/// What sessions share; outlives them.
struct RtmpEnvironment {
    PublishGate& gate;
    Random& random;
    const Clock& clock;
    std::string app = "live";
    Pot* encoders = nullptr;       ///< places for whose key was right; null: no limit
    Refusals* refusals = nullptr;  ///< hears of strangers who are refused; null: nobody does
};

/// One encoder's connection: handshake, connect, then one publish after another until it leaves.
/// One thread, the stream's.
class RtmpSession final : public PublishControl {
public:
    /// `stream` and `environment` must outlive the session. `place` is one of those that strangers
    /// have; it is given back when the key was right.
    RtmpSession(net::Stream& stream, const RtmpEnvironment& environment,
                std::uint64_t connection_id, Share place = {});
    ~RtmpSession();

    /// Serves the connection to its end. Call once; the session outlives the task.
    async::Task<void> run();

    void stop(std::string words) override;
    /// The server goes away: the same, but an encoder that understands it is asked to come back.
    void drain(std::string words);

private:
    /// What the encoder is told before the connection is closed.
    struct Farewell {
        std::string code;
        std::string words;
    };

    async::Task<Result<void>> serve();
    async::Task<Result<void>> shake_hands();
    async::Task<Result<std::size_t>> read();
    async::Task<Result<void>> flush();
    async::Task<Result<void>> on_bytes(ByteSpan in);
    async::Task<Result<void>> on_command(wire::RtmpCommand command, std::uint32_t stream_id);
    async::Task<Result<void>> publish(wire::RtmpCommand command, std::uint32_t stream_id);
    async::Task<void> say_farewell();

    Result<void> on_message(const wire::RtmpMessage& message);
    Result<void> on_control(const wire::RtmpMessage& message);
    void on_data(const wire::RtmpMessage& message);
    Result<void> connect(const wire::RtmpCommand& command);
    Result<void> on_small_command(const wire::RtmpCommand& command, std::uint32_t stream_id);
    void end_publication();
    void acknowledge();
    void report_health(bool is_last);
    Result<void> take_place();
    std::unexpected<Error> refuse(std::string_view reason, std::string_view code, Error error);
    void tell_refused(std::string_view reason, std::string_view why);

    void send(const wire::RtmpMessage& message);
    void send(const wire::RtmpCommand& command, std::uint32_t stream_id);
    SteadyTime read_deadline() const;

    // Constant after construction.
    net::Stream& stream_;
    const RtmpEnvironment& environment_;
    const std::uint64_t connection_id_;
    const std::string peer_;

    // The connection.
    ByteVector buffer_;
    wire::RtmpHandshake handshake_;
    wire::RtmpChunkReader reader_;
    wire::RtmpChunkWriter writer_;
    ByteVector output_;
    std::uint64_t received_bytes_ = 0;
    std::uint64_t acknowledged_bytes_ = 0;
    std::uint32_t ack_window_bytes_;
    std::optional<std::string> app_;  // with its path; set by connect
    std::string encoder_;
    SteadyTime idle_since_;  // without a publish that sends media
    std::optional<Farewell> farewell_;
    Share place_;
    bool is_encoder_ = false;  // a key of its was right
    std::string stop_words_;
    bool takes_reconnect_requests_ = false;
    bool draining_ = false;

    // The publish under way.
    std::unique_ptr<Publication> publication_;
    std::optional<MediaPath> media_;  // refers to *publication_
    std::uint32_t publish_stream_id_ = 0;
    std::uint64_t publish_began_at_bytes_ = 0;
    std::optional<SteadyTime> last_media_;
    SteadyTime publish_began_{};
    SteadyTime health_reported_{};
};

}  // namespace shopcast::ingest
