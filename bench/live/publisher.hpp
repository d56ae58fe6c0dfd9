#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "film.hpp"
#include "sockets.hpp"
#include "wire/rtmp_message.hpp"

namespace shopcast::bench {

/// One encoder: connects, publishes and pushes the film in real time, each message by a write of
/// its own as OBS and ffmpeg do. Its owner waits for the socket and for due_ns().
class Publisher {
public:
    enum class State { Off, Connecting, Shaking, Commands, Live, Failed };
    /// What was written when, for the first publisher of a run.
    struct Written {
        wire::RtmpType type{};
        std::uint32_t at_ms = 0;
        /// Before the one call that wrote it: who waits for it may run before that call returns.
        std::int64_t written_ns = 0;
    };
    static constexpr std::uint32_t chunk_bytes = 65536;

    Publisher(const Film& film, std::uint32_t number, std::string app, std::string key);

    State state() const { return state_; }
    int fd() const { return socket_.fd(); }
    const std::string& why() const { return why_; }
    const std::vector<Written>& trace() const { return trace_; }
    std::uint64_t messages() const { return messages_sent_; }
    /// How far behind real time it ever was.
    std::int64_t behind_ns_max() const { return behind_ns_max_; }

    void connect(const sockaddr_in& server);
    /// Ends the stream as an encoder's stop button does: FCUnpublish, deleteStream, gone.
    void stop();
    void trace_writes() { traces_ = true; }

    /// The socket has become writable or readable (edges: everything there is is read).
    void on_ready();
    /// When the next message is due; far away unless Live.
    std::int64_t due_ns() const;
    /// Writes every message that is due.
    void push_due(std::int64_t now);

private:
    void fail(std::string why);
    void say_hello();
    void read();
    void on_bytes(ByteSpan in);
    void on_command(const wire::RtmpCommand& command);
    void call(std::string name, double transaction, std::vector<wire::Amf0Value> arguments,
              std::uint32_t stream_id = 0);
    void push(const FilmMessage& message);
    void write(ByteSpan header, ByteSpan body);
    void flush();

    // Constant after construction.
    const Film& film_;
    const std::uint32_t number_;
    const std::string app_;
    const std::string key_;

    State state_ = State::Off;
    std::string why_;
    Socket socket_;
    ByteVector greeting_;
    wire::RtmpChunkReader reader_;
    wire::RtmpChunkWriter writer_;
    ByteVector unsent_;  ///< what the kernel had no room for

    std::int64_t film_began_ns_ = 0;
    std::uint32_t film_round_ = 0;
    std::size_t next_ = 0;
    std::uint64_t messages_sent_ = 0;
    std::int64_t behind_ns_max_ = 0;
    bool traces_ = false;
    std::vector<Written> trace_;
};

}  // namespace shopcast::bench
