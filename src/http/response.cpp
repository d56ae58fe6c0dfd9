#include "http/response.hpp"

#include <openssl/evp.h>

#include <array>

#include "base/check.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "wire/http1.hpp"

namespace shopcast::http {
namespace {

void append_line(std::string& lines, std::string_view name, std::string_view value) {
    // A line break in here would let its author write headers of his own.
    ENSURE(wire::is_token(name) && wire::is_field_value(value), "a header must be one line");
    lines.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

std::shared_ptr<const HeaderBlock> HeaderBlock::make(std::span<const Header> headers,
                                                     std::string_view etag) {
    auto block = std::make_shared<HeaderBlock>();
    for (const Header& header : headers) append_line(block->lines_, header.name, header.value);
    if (!etag.empty()) append_line(block->lines_, "ETag", etag);
    block->etag_ = etag;
    return block;
}

Response Response::text(std::string content, int status) {
    Response out(status);
    out.header("Content-Type", "text/plain; charset=utf-8").body(Bytes(std::move(content)));
    return out;
}

Response Response::json(std::string content, int status) {
    Response out(status);
    out.header("Content-Type", "application/json").body(Bytes(std::move(content)));
    return out;
}

Response Response::bytes(std::shared_ptr<const HeaderBlock> block, Bytes body) {
    Response out;
    out.block_ = std::move(block);
    out.body_ = std::move(body);
    return out;
}

Response Response::file(std::shared_ptr<const HeaderBlock> block, FileSlice slice) {
    Response out;
    out.block_ = std::move(block);
    out.body_ = std::move(slice);
    return out;
}

Response Response::redirect(std::string_view location, int status) {
    Response out(status);
    out.header("Location", location);
    return out;
}

Response Response::problem(int status, std::string_view code, std::string_view detail,
                           std::string_view help, std::string_view field, std::string_view more) {
    std::string json = R"({"type":"about:blank","title":)";
    json += log::json_quoted(reason_phrase(status));
    json += ",\"status\":" + std::to_string(status) + ",\"code\":" + log::json_quoted(code);
    json += ",\"detail\":" + log::json_quoted(detail);
    if (!help.empty()) json += ",\"help\":" + log::json_quoted(help);
    if (!field.empty()) json += ",\"field\":" + log::json_quoted(field);
    if (!more.empty()) json.append(",\"more\":").append(more);
    json += '}';
    Response out(status);
    out.header("Content-Type", "application/problem+json").body(Bytes(std::move(json)));
    return out;
}

Response& Response::header(std::string_view name, std::string_view value) {
    append_line(lines_, name, value);
    return *this;
}

Response& Response::etag(std::string_view quoted) {
    append_line(lines_, "ETag", quoted);
    etag_ = quoted;
    return *this;
}

Response& Response::body(Body body) {
    body_ = std::move(body);
    return *this;
}

Response& Response::block(std::shared_ptr<const HeaderBlock> block) {
    block_ = std::move(block);
    return *this;
}

Response& Response::status(int status) {
    status_ = status;
    return *this;
}

Response& Response::accept_ranges() {
    accept_ranges_ = true;
    return *this;
}

Response& Response::close() {
    close_ = true;
    return *this;
}

std::uint64_t Response::body_size() const {
    if (const auto* bytes = std::get_if<Bytes>(&body_)) return bytes->size();
    if (const auto* slice = std::get_if<FileSlice>(&body_)) return slice->length;
    return 0;
}

std::string_view Response::etag() const {
    return etag_.empty() && block_ ? block_->etag() : std::string_view(etag_);
}

std::string_view reason_phrase(int status) {
    switch (status) {
        case 100: return "Continue";
        case 200: return "OK";
        case 201: return "Created";
        case 202: return "Accepted";
        case 204: return "No Content";
        case 206: return "Partial Content";
        case 301: return "Moved Permanently";
        case 302: return "Found";
        case 303: return "See Other";
        case 304: return "Not Modified";
        case 307: return "Temporary Redirect";
        case 308: return "Permanent Redirect";
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 406: return "Not Acceptable";
        case 408: return "Request Timeout";
        case 409: return "Conflict";
        case 410: return "Gone";
        case 411: return "Length Required";
        case 412: return "Precondition Failed";
        case 413: return "Content Too Large";
        case 414: return "URI Too Long";
        case 415: return "Unsupported Media Type";
        case 416: return "Range Not Satisfiable";
        case 421: return "Misdirected Request";
        case 422: return "Unprocessable Content";
        case 429: return "Too Many Requests";
        case 431: return "Request Header Fields Too Large";
        case 500: return "Internal Server Error";
        case 501: return "Not Implemented";
        case 502: return "Bad Gateway";
        case 503: return "Service Unavailable";
        case 504: return "Gateway Timeout";
        case 505: return "HTTP Version Not Supported";
        case 507: return "Insufficient Storage";
        default: return "Status";
    }
}

std::string strong_etag(ByteSpan content) {
    std::array<std::byte, EVP_MAX_MD_SIZE> digest{};
    const int done =
        EVP_Digest(content.data(), content.size(), reinterpret_cast<unsigned char*>(digest.data()),
                   nullptr, EVP_sha256(), nullptr);
    ENSURE(done == 1, "SHA-256 is always there");
    return '"' + to_hex(ByteSpan(digest).first(16)) + '"';
}

}  // namespace shopcast::http
