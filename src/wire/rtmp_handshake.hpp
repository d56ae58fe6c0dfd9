#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "base/bytes.hpp"
#include "base/random.hpp"
#include "base/result.hpp"

namespace shopcast::wire {

/// The server's side of the RTMP handshake (RTMP 1.0, 5.2), fed with bytes as they arrive.
///
/// Clients that play Flash Player (ffmpeg, librtmp with SWF options) sign C1 with an HMAC-SHA256
/// digest at one of two places and expect signed answers; all others get the simple handshake,
/// which echoes C1. C2 is read and never verified: ffmpeg's would fail.
class RtmpHandshake {
public:
    static constexpr std::size_t part_size = 1536;

    enum class Kind {
        Undecided,  ///< C0 and C1 are not complete yet
        Simple,
        DigestSchema0,  ///< key block first, then the digest block
        DigestSchema1,  ///< digest block first
    };

    /// `random` must outlive the handshake.
    explicit RtmpHandshake(Random& random) : random_(random) {}

    /// Consumes what belongs to the handshake and gives the count; bytes after C2 stay with the
    /// caller. Errors: Malformed, Unsupported (another protocol or an encrypted RTMP version).
    Result<std::size_t> feed(ByteSpan in);
    /// What is to be sent since the last call: S0, S1 and S2 once C1 is complete.
    ByteVector take_output() { return std::exchange(output_, {}); }
    bool done() const { return done_; }
    Kind kind() const { return kind_; }

private:
    void answer();

    Random& random_;
    ByteVector c0c1_;
    std::size_t c2_bytes_read_ = 0;
    ByteVector output_;
    Kind kind_ = Kind::Undecided;
    bool done_ = false;
};

}  // namespace shopcast::wire
