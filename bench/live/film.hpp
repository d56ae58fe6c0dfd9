#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "wire/rtmp_chunk.hpp"

namespace shopcast::bench {

/// One message of a film, ready to be sent: FLV keeps the bodies of RTMP's messages.
struct FilmMessage {
    wire::RtmpType type{};
    std::uint32_t at_ms = 0;  ///< from the film's first picture or sound
    bool opens_film = false;  ///< metadata and decoder configurations, which are sent once
    Bytes body;
};

/// A recorded FLV film that is pushed over and over. Sound that reaches beyond the last picture is
/// dropped, so that the film can follow itself without a step in time.
class Film {
public:
    /// Errors: Io; Malformed (not FLV, no picture, or a message that does not fit one chunk).
    static Result<Film> load(const std::filesystem::path& path, std::uint32_t chunk_bytes_max);

    const std::vector<FilmMessage>& messages() const { return messages_; }
    std::uint32_t duration_ms() const { return duration_ms_; }

private:
    std::vector<FilmMessage> messages_;
    std::uint32_t duration_ms_ = 0;
};

}  // namespace shopcast::bench
