#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "http/h2_guard.hpp"

struct nghttp2_session;

namespace shopcast::http {

/// What is left to send of a response's body: bytes, or a range of a file.
struct H2Body {
    ByteSpan bytes;
    int fd = -1;  ///< a file: `bytes` is empty
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
};

/// What a session tells its connection, from within receive() and fill(), which must not be called
/// from here. Streams are named by their number.
class H2Events {
public:
    /// False: there is no room for it; the client may try again.
    virtual bool on_request_begins(std::int32_t id) = 0;
    /// `name` is in lower case.
    virtual void on_field(std::int32_t id, std::string_view name, std::string_view value) = 0;
    virtual void on_head_ended(std::int32_t id, bool request_ended) = 0;
    virtual void on_body(std::int32_t id, ByteSpan piece) = 0;
    virtual void on_request_ended(std::int32_t id) = 0;
    /// The whole response went into the output.
    virtual void on_answered(std::int32_t id) = 0;
    /// Answered, or reset by either side.
    virtual void on_closed(std::int32_t id) = 0;

protected:
    ~H2Events() = default;
};

/// The frames of one HTTP/2 connection (RFC 9113), by nghttp2: bytes in, events out; responses in,
/// bytes out. No socket and no clock.
class H2Session {
public:
    /// Why a stream or the connection ends (RFC 9113, 7).
    enum class Code : std::uint32_t {
        NoError = 0x0,
        ProtocolError = 0x1,
        InternalError = 0x2,
        RefusedStream = 0x7,
        Cancel = 0x8,
        EnhanceYourCalm = 0xb,
    };

    /// `header_list_bytes_max` is what the client is told; `events` outlives the session.
    H2Session(H2Events& events, std::size_t header_list_bytes_max);
    ~H2Session();
    H2Session(const H2Session&) = delete;
    H2Session& operator=(const H2Session&) = delete;

    /// Takes what the peer sent. False: it speaks no HTTP/2 and has been told so as far as that
    /// goes, or floods; nothing more may be received, only what fill() gives is still to be sent.
    bool receive(ByteSpan bytes, SteadyTime now);
    /// Appends what is to be sent to `out`, as long as it stays below `bytes_max`, at least one
    /// frame. False: the session is broken.
    bool fill(std::string& out, std::size_t bytes_max);
    /// Nothing will be sent or received any more.
    bool is_over() const;
    /// What nghttp2 says was wrong; for the log.
    std::string_view failure() const { return failure_; }
    /// Why the session was ended, once it was.
    std::optional<Code> ended_with() const { return ended_with_; }

    /// `lines` is an HTTP/1.1 head without its first line ("Name: value\r\n" ..); its names are put
    /// into lower case. `body` outlives the stream; null: none.
    void respond(std::int32_t id, int status, std::span<char> lines, H2Body* body);
    /// "100 Continue".
    void respond_continue(std::int32_t id);
    void reset(std::int32_t id, Code code);
    /// `count` bytes of bodies are no longer held: the client may send as many again.
    void release_body_bytes(std::size_t count);
    /// Streams under way may finish; the client opens no others here.
    void go_away();
    /// Ends the connection once the GOAWAY that says why has been sent.
    void terminate(Code code);

private:
    struct Callbacks;

    void count_reset();

    H2Events& events_;
    nghttp2_session* session_ = nullptr;
    H2Guard guard_;
    SteadyTime now_{};
    bool in_head_ = false;
    std::optional<Code> ended_with_;  ///< then nothing is received any more
    std::string failure_;

    // While fill() runs.
    std::string* out_ = nullptr;
    std::size_t out_bytes_max_ = 0;
};

}  // namespace shopcast::http
