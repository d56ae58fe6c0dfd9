#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "async/child.hpp"
#include "base/bytes.hpp"
#include "base/result.hpp"
#include "picture/still_jpegs.hpp"

namespace shopcast::picture {

/// Draws what strangers sent, in child processes that sit in a cage: one for uploads, one for
/// keyframes, so that neither waits for the other. The server sees finished JPEGs of bounded size,
/// and lives on whatever the bytes do to their decoder.
///
/// Any thread but a loop's: the calls wait for their answers. Each child starts when it is first
/// needed; a thread of this object's own ("decoder") speaks with both.
class Decoder {
public:
    /// What makes this program answer_as_decoder() when it is started with it.
    static constexpr std::string_view command = "decode";

    /// `arguments` of this program; a test's program has others.
    explicit Decoder(const std::vector<std::string>& arguments = {std::string(command)});
    ~Decoder();
    Decoder(const Decoder&) = delete;
    Decoder& operator=(const Decoder&) = delete;

    /// picture/still_jpegs.hpp. Errors: those of it; Malformed also where the child died of the
    /// picture; Timeout; Busy (too many wait); Closed (the server stops); Io, Internal.
    Result<Stills> still_jpegs(ByteSpan upload, std::span<const std::uint32_t> widths);
    /// picture/keyframe_jpeg.hpp. Errors: the same.
    Result<Bytes> keyframe_jpeg(ByteSpan avc_record, ByteSpan access_unit);

    /// Who waits is answered Closed, also from now on.
    void stop();

private:
    struct Place;
    std::unique_ptr<Place> place_;
};

/// The limits of both children.
async::CageLimits decoder_limits();

/// What the program does as a decoder: sits in its cage and draws until its parent has gone.
[[noreturn]] void answer_as_decoder();

}  // namespace shopcast::picture
