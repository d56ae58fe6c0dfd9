#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/bytes.hpp"

namespace shopcast::http {

struct Header {
    std::string_view name;
    std::string_view value;
};

/// The part of a file that is a body: sent by sendfile, never read into this process. `owner` keeps
/// the range (and the descriptor) valid until it is sent.
struct FileSlice {
    std::shared_ptr<const void> owner;
    int fd = -1;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
};

using Body = std::variant<std::monostate, Bytes, FileSlice>;

/// Header lines rendered once and shared by every response that says the same; safe to share
/// between threads.
class HeaderBlock {
public:
    /// `etag` with its quotes (strong_etag makes one); it becomes a header line, and conditional
    /// requests are answered by it. Content-Length, Date and Connection are never in here: the
    /// connection writes them.
    static std::shared_ptr<const HeaderBlock> make(std::span<const Header> headers,
                                                   std::string_view etag = {});
    static std::shared_ptr<const HeaderBlock> make(std::initializer_list<Header> headers,
                                                   std::string_view etag = {}) {
        return make(std::span(headers.begin(), headers.size()), etag);
    }

    std::string_view lines() const { return lines_; }
    std::string_view etag() const { return etag_; }

private:
    std::string lines_;
    std::string etag_;
};

/// What a handler gives back. Cheap to move; body and block are shared, not copied.
///
/// A 200 with an ETag answers If-None-Match by 304, and with `accept_ranges` a single Range by 206
/// or 416; HEAD sends the head alone. The connection does all of that: handlers only say what
/// the whole thing is.
class Response {
public:
    explicit Response(int status = 200) : status_(status) {}

    static Response text(std::string content, int status = 200);
    static Response json(std::string content, int status = 200);
    static Response bytes(std::shared_ptr<const HeaderBlock> block, Bytes body);
    static Response file(std::shared_ptr<const HeaderBlock> block, FileSlice slice);
    static Response redirect(std::string_view location, int status = 302);
    /// application/problem+json (RFC 9457): `code` for programs, `detail` what happened, `help`
    /// what to do about it, `field` the input to blame, `more` a JSON object for programs.
    static Response problem(int status, std::string_view code, std::string_view detail,
                            std::string_view help = {}, std::string_view field = {},
                            std::string_view more = {});

    /// Appends a header line. REQUIRES: no CR, LF or NUL in name and value (checked).
    Response& header(std::string_view name, std::string_view value);
    Response& etag(std::string_view quoted);
    Response& body(Body body);
    Response& block(std::shared_ptr<const HeaderBlock> block);
    Response& status(int status);
    /// Serves single byte ranges of the body (media).
    Response& accept_ranges();
    /// Ends the connection after this response; over HTTP/2, where others share it, it goes on.
    Response& close();

    int status() const { return status_; }
    std::uint64_t body_size() const;
    const Body& body() const { return body_; }
    std::string_view lines() const { return lines_; }
    std::string_view etag() const;

private:
    friend class Connection;
    friend class ResponseHead;

    int status_;
    bool accept_ranges_ = false;
    bool close_ = false;
    std::shared_ptr<const HeaderBlock> block_;
    std::string lines_;
    std::string etag_;
    Body body_;
};

/// "Not Found" for 404.
std::string_view reason_phrase(int status);

/// A strong ETag from the content: quoted, 128 bits of its SHA-256.
std::string strong_etag(ByteSpan content);

}  // namespace shopcast::http
