#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "wire/limits.hpp"

namespace shopcast::wire {

enum class Method : std::uint8_t { Get, Head, Post, Put, Patch, Delete, Options, Other };

std::string_view to_string(Method method);

struct HeaderField {
    std::string_view name;
    std::string_view value;
};

/// The head of a request (RFC 9112). The views lie in the parsed buffer.
struct RequestHead {
    Method method = Method::Other;
    std::string_view method_name;
    /// "/path?query" in origin form, or "*"; for absolute form the scheme and authority are cut
    /// off.
    std::string_view target;
    int version_minor = 1;
    bool keep_alive = true;
    bool expects_continue = false;
    bool chunked = false;
    std::optional<std::uint64_t> content_length;
    std::string_view host;
    std::size_t headers_count = 0;

    /// The first header of that name (any case), or empty.
    std::string_view header(std::string_view name) const;
    std::size_t count(std::string_view name) const;
    HeaderField field(std::size_t index) const;
    bool has_body() const { return chunked || content_length.value_or(0) > 0; }

private:
    friend class HeadParser;

    struct Field {
        std::uint16_t name_at, name_length, value_at, value_length;
    };
    const char* begin_ = nullptr;
    std::array<Field, limits::http_headers_max> fields_;
};

enum class HeadStatus : std::uint8_t {
    NeedMore,
    Complete,
    BadRequest,          ///< 400
    UriTooLong,          ///< 414
    HeadersTooLarge,     ///< 431
    NotImplemented,      ///< 501: a transfer coding other than chunked
    VersionNotSupported  ///< 505
};

struct HeadResult {
    HeadStatus status;
    /// Bytes of the head, its empty line included, when Complete.
    std::size_t length = 0;
    /// For a person, when it is an error.
    std::string_view reason;
};

/// Parses the head at the beginning of `in` into `out`. Strict where leniency lets two parsers
/// disagree about where a request ends (RFC 9112, 11.2): lines end in CR LF alone, nothing stands
/// between a name and its colon, no folded lines, no Content-Length beside Transfer-Encoding, no
/// second Content-Length, no HTTP/1.1 without exactly one Host.
///
/// `scanned` is how much of `in` earlier calls with NeedMore have seen, so that a slow sender does
/// not make it quadratic. `bytes_max` <= 65,535: a longer head is HeadersTooLarge or UriTooLong.
HeadResult parse_request_head(std::string_view in, std::size_t scanned, std::size_t bytes_max,
                              RequestHead& out);

/// Takes a chunked body apart (RFC 9112, 7.1) as it arrives. Chunk extensions are skipped, trailers
/// are checked and dropped.
class ChunkedDecoder {
public:
    /// A body longer than `body_bytes_max` is TooLarge.
    explicit ChunkedDecoder(std::size_t body_bytes_max) : body_bytes_max_(body_bytes_max) {}

    /// Appends the body bytes in `in` to `out` and gives how many bytes of `in` it consumed; call
    /// again with what follows until done(). Errors: Malformed, TooLarge.
    Result<std::size_t> feed(ByteSpan in, ByteVector& out);
    bool done() const { return state_ == State::Done; }

private:
    enum class State : std::uint8_t {
        Size,
        Extension,
        SizeLf,
        Data,
        DataCr,
        DataLf,
        TrailerStart,
        TrailerName,
        TrailerValue,
        TrailerLf,
        EndLf,
        Done
    };
    Result<void> step(char c);
    Result<void> size_digit(char c);
    Result<void> size_ended();
    Result<void> trailer(char c);

    std::size_t body_bytes_max_;
    State state_ = State::Size;
    std::uint64_t left_ = 0;
    std::uint64_t total_ = 0;
    std::uint32_t digits_ = 0;
    std::size_t line_bytes_ = 0;
    std::size_t trailer_bytes_ = 0;
};

/// One byte range of `Range: bytes=...` (RFC 9110, 14.2) against a body of `size` bytes.
struct ByteRange {
    std::uint64_t first;
    std::uint64_t length;
};
enum class RangeStatus : std::uint8_t {
    Whole,          ///< no or no usable Range (several ranges too): send everything, 200
    Partial,        ///< 206
    NotSatisfiable  ///< 416
};
struct RangeResult {
    RangeStatus status;
    ByteRange range;
};
RangeResult parse_range(std::string_view header, std::uint64_t size);

/// Whether an If-None-Match header matches `etag` (with its quotes), by weak comparison.
bool etag_matches(std::string_view if_none_match, std::string_view etag);

/// Whether `value`, a comma-separated list, holds `token` (any case).
bool has_token(std::string_view value, std::string_view token);

/// Token characters (RFC 9110, 5.6.2) only, at least one.
bool is_token(std::string_view text);
/// No CR, LF, NUL or other control but TAB: safe as a header's value.
bool is_field_value(std::string_view text);

/// "Sun, 06 Nov 1994 08:49:37 GMT" (IMF-fixdate) of seconds since 1970.
std::string to_http_date(std::int64_t unix_seconds);

}  // namespace shopcast::wire
