#include "film.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

#include "wire/amf0.hpp"

namespace shopcast::bench {
namespace {

constexpr std::size_t tag_header_bytes = 11;
constexpr std::size_t tag_trailer_bytes = 4;  // PreviousTagSize

std::uint32_t number(std::string_view bytes, std::size_t at, std::size_t count) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < count; ++i) {
        value = value << 8 | static_cast<std::uint8_t>(bytes[at + i]);
    }
    return value;
}

/// AVC and AAC: the second byte is 0 for a configuration (FLV 10.1, E.4.2.1 and E.4.3.1).
bool is_configuration(wire::RtmpType type, std::string_view body) {
    return type != wire::RtmpType::DataAmf0 && body.size() > 1 && body[1] == 0;
}

/// Encoders send a file's metadata as a call of this name.
Bytes as_set_data_frame(std::string_view body) {
    ByteWriter out;
    wire::encode_amf0(out, "@setDataFrame");
    out.text(body);
    return Bytes(std::move(out).take());
}

FilmMessage read_message(wire::RtmpType type, std::uint32_t at_ms, std::string_view body) {
    const bool is_data = type == wire::RtmpType::DataAmf0;
    return {.type = type,
            .at_ms = at_ms,
            .opens_film = is_data || is_configuration(type, body),
            .body = is_data ? as_set_data_frame(body) : Bytes::copy_of(as_bytes(body))};
}

/// From the first picture to where the one after the last would be; 0 without pictures.
std::uint32_t measure(const std::vector<FilmMessage>& messages) {
    std::vector<std::uint32_t> pictures;
    for (const FilmMessage& message : messages) {
        if (message.type == wire::RtmpType::Video && !message.opens_film) {
            pictures.push_back(message.at_ms);
        }
    }
    if (pictures.size() < 2) return 0;
    const auto count = static_cast<std::uint32_t>(pictures.size());
    const std::uint32_t span = pictures.back() - pictures.front();
    return (span * count + (count - 1) / 2) / (count - 1);
}

}  // namespace

Result<Film> Film::load(const std::filesystem::path& path, std::uint32_t chunk_bytes_max) {
    std::ifstream file(path, std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(file), {});
    if (!file) return fail(Errc::Io, "cannot read " + path.string());
    if (!bytes.starts_with("FLV") || bytes.size() < 13) return fail(Errc::Malformed, "not FLV");
    Film film;
    std::size_t at = number(bytes, 5, 4) + tag_trailer_bytes;
    while (at + tag_header_bytes <= bytes.size()) {
        const std::uint32_t size = number(bytes, at + 1, 3);
        const std::uint32_t at_ms = number(bytes, at + 4, 3) | number(bytes, at + 7, 1) << 24;
        const auto type = wire::RtmpType{static_cast<std::uint8_t>(bytes[at])};
        if (size > chunk_bytes_max) return fail(Errc::Malformed, "a message exceeds one chunk");
        film.messages_.push_back(
            read_message(type, at_ms, std::string_view(bytes).substr(at + tag_header_bytes, size)));
        at += tag_header_bytes + size + tag_trailer_bytes;
    }
    film.duration_ms_ = measure(film.messages_);
    if (film.duration_ms_ == 0) return fail(Errc::Malformed, "a film without pictures");
    std::uint32_t first_ms = UINT32_MAX;
    for (const FilmMessage& message : film.messages_) {
        if (!message.opens_film) first_ms = std::min(first_ms, message.at_ms);
    }
    for (FilmMessage& message : film.messages_) {
        message.at_ms = message.opens_film ? 0 : message.at_ms - first_ms;
    }
    std::erase_if(film.messages_,
                  [&](const FilmMessage& message) { return message.at_ms >= film.duration_ms_; });
    return film;
}

}  // namespace shopcast::bench
