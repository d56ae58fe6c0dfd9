#include "http/response_head.hpp"

#include <array>
#include <charconv>

#include "http/shard.hpp"

namespace shopcast::http {
namespace {

void append_number(std::string& out, std::uint64_t number) {
    std::array<char, 20> digits;  // all of a 64-bit number
    const auto [end, error] = std::to_chars(digits.begin(), digits.end(), number);
    out.append(digits.data(), end);
}

/// RFC 9110, 8.6 and 15: these never have a body, nor a Content-Length.
bool is_bodiless(int status) {
    return status < 200 || status == 204 || status == 304;
}

}  // namespace

ResponseHead::ResponseHead(const wire::RequestHead& request, const Response& response)
    : request_(request),
      response_(response),
      status_(response.status_),
      sends_body_(request.method != wire::Method::Head),
      size_(response.body_size()),
      body_{0, size_} {
    const bool readable =
        request.method == wire::Method::Get || request.method == wire::Method::Head;
    if (status_ != 200 || !readable) return;
    if (not_modified()) {
        status_ = 304;
    } else if (response.accept_ranges_ && request.method == wire::Method::Get) {
        apply_range();
    }
    if (status_ == 304) body_ = {};
}

bool ResponseHead::not_modified() const {
    const std::string_view etag = response_.etag();
    if (etag.empty()) return false;
    const std::string_view known = request_.header("If-None-Match");
    return !known.empty() && wire::etag_matches(known, etag);
}

void ResponseHead::apply_range() {
    const std::string_view wanted = request_.header("Range");
    if (wanted.empty()) return;
    // RFC 9110, 13.1.5: a range of another version than the client has would not fit.
    const std::string_view if_range = request_.header("If-Range");
    if (!if_range.empty() && if_range != response_.etag()) return;
    const wire::RangeResult result = wire::parse_range(wanted, size_);
    if (result.status == wire::RangeStatus::Whole) return;
    const bool partial = result.status == wire::RangeStatus::Partial;
    status_ = partial ? 206 : 416;
    body_ = {result.range.first, result.range.length};
}

void ResponseHead::render(const Shard& shard, Way way, std::string& out) const {
    out.clear();
    if (status_ == 200) {
        out.append(shard.ok_lines());
    } else {
        out.append("HTTP/1.1 ");
        append_number(out, static_cast<std::uint64_t>(status_));
        out.append(" ").append(reason_phrase(status_)).append("\r\n").append(shard.common_lines());
    }
    if (!is_bodiless(status_)) {
        out.append("Content-Length: ");
        append_number(out, body_.length);
        out.append("\r\n");
    }
    if (!way.keep) {
        out.append("Connection: close\r\n");
    } else if (request_.version_minor == 0) {
        out.append("Connection: keep-alive\r\n");
    }
    if (response_.accept_ranges_) out.append("Accept-Ranges: bytes\r\n");
    if (status_ == 206 || status_ == 416) {
        out.append("Content-Range: bytes ");
        if (status_ == 206) {
            append_number(out, body_.first);
            out.append("-");
            append_number(out, body_.first + body_.length - 1);
        } else {
            out.append("*");
        }
        out.append("/");
        append_number(out, size_);
        out.append("\r\n");
    }
    // RFC 6797, 7.2: never over plain HTTP. A year, as ASVS 3.4.1 asks.
    if (way.tls) out.append("Strict-Transport-Security: max-age=31536000\r\n");
    if (way.cors) {
        out.append(
            "Access-Control-Allow-Origin: *\r\nAccess-Control-Expose-Headers: Age, Date\r\n");
    }
    if (status_ == 416) {
        // The whole thing may be cached for ever; that this range is none may not.
        out.append("Cache-Control: no-store\r\n\r\n");
        return;
    }
    if (response_.block_) out.append(response_.block_->lines());
    out.append(response_.lines_).append("\r\n");
}

}  // namespace shopcast::http
