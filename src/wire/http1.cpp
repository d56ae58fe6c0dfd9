#include "wire/http1.hpp"

#include <algorithm>
#include <cstring>

#include "base/check.hpp"
#include "base/text.hpp"
#include "wire/http1_chars.hpp"
#include "wire/limits.hpp"

namespace shopcast::wire {
namespace {

HeadResult refused(HeadStatus status, std::string_view reason) {
    return {status, 0, reason};
}
HeadResult bad(std::string_view reason) {
    return refused(HeadStatus::BadRequest, reason);
}

/// visible ASCII: what a request target is made of, percent-escapes included.
bool is_target(std::string_view text) {
    bool wrong = text.empty();
    for (const char c : text) wrong |= c <= 0x20 || c >= 0x7F || c == '#';
    return !wrong;
}

bool is_host(std::string_view text) {
    return std::ranges::all_of(
        text, [](char c) { return is_token_char(c) || std::string_view(":[]()=;,").contains(c); });
}

/// The comparison knows that `lower` is lower-case letters and "-".
bool is_name(std::string_view name, std::string_view lower) {
    if (name.size() != lower.size()) return false;
    unsigned different = 0;
    for (std::size_t i = 0; i < name.size(); ++i) {
        different |= static_cast<unsigned>((name[i] | 0x20) ^ lower[i]);
    }
    return different == 0;
}

/// Where the head ends, or why it never will. Looks only at line ends.
struct HeadEnd {
    std::size_t length = 0;  ///< 0: not yet
    bool bare_line_end = false;
};

HeadEnd find_end(std::string_view in, std::size_t from) {
    std::size_t at = from;
    for (;;) {
        const void* found = std::memchr(in.data() + at, '\n', in.size() - at);
        if (found == nullptr) return {};
        const auto lf = static_cast<std::size_t>(static_cast<const char*>(found) - in.data());
        // RFC 9112, 2.2 lets a recipient accept a bare LF; proxies differ in it, so we do not.
        if (lf == 0 || in[lf - 1] != '\r') return {0, true};
        if (lf >= 3 && in[lf - 2] == '\n') return {lf + 1, false};
        at = lf + 1;
    }
}

}  // namespace

/// Parses one complete head. A friend of RequestHead.
class HeadParser {
public:
    HeadParser(std::string_view head, RequestHead& out) : head_(head), out_(out) {}

    HeadResult parse(std::size_t skipped) {
        reset();
        at_ = skipped;
        HeadResult result = request_line();
        while (result.status == HeadStatus::Complete && !head_.substr(at_).starts_with("\r\n")) {
            result = header_line();
        }
        if (result.status == HeadStatus::Complete) result = framing();
        result.length = result.status == HeadStatus::Complete ? head_.size() : 0;
        return result;
    }

private:
    static constexpr HeadResult fine{HeadStatus::Complete, 0, {}};

    void reset() {
        out_.begin_ = head_.data();
        out_.version_minor = 1;
        out_.keep_alive = out_.expects_continue = out_.chunked = false;
        out_.content_length.reset();
        out_.host = {};
        out_.headers_count = 0;
    }

    HeadResult request_line();
    HeadResult target(std::string_view text);
    HeadResult version(std::string_view text);
    HeadResult header_line();
    HeadResult known_header(std::string_view name, std::string_view value);
    HeadResult content_length(std::string_view value);
    HeadResult transfer_encoding(std::string_view value);
    HeadResult framing();

    std::string_view head_;
    RequestHead& out_;
    std::size_t at_ = 0;
    std::size_t hosts_ = 0;
    bool close_ = false;
    bool keep_alive_ = false;
    bool host_in_target_ = false;
};

// request-line = method SP request-target SP HTTP-version (RFC 9112, 3)
HeadResult HeadParser::request_line() {
    const std::size_t end = head_.find('\r', at_);
    const std::string_view line = head_.substr(at_, end - at_);
    at_ = end + 2;
    if (head_[end + 1] != '\n') return bad("a CR stands alone in the request line");
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) {
        return bad("the request line is not \"METHOD target HTTP/1.1\"");
    }
    out_.method_name = line.substr(0, first);
    if (!is_token(out_.method_name)) return bad("the method is not a token");
    out_.method = method_of(out_.method_name);
    if (HeadResult result = version(line.substr(last + 1)); result.status != HeadStatus::Complete) {
        return result;
    }
    return target(line.substr(first + 1, last - first - 1));
}

HeadResult HeadParser::version(std::string_view text) {
    if (text == "HTTP/1.1") return fine;
    if (text == "HTTP/1.0") {
        out_.version_minor = 0;
        return fine;
    }
    constexpr std::string_view name = "HTTP/";
    if (text.size() != 8 || !text.starts_with(name) || !is_digit(text[5]) || text[6] != '.' ||
        !is_digit(text[7])) {
        return bad("the version is not HTTP/1.1");
    }
    // A higher minor version is answered as 1.1 (RFC 9110, 2.5).
    if (text[5] == '1') return fine;
    return refused(HeadStatus::VersionNotSupported, "this server speaks HTTP/1.1 here");
}

// RFC 9112, 3.2: origin, absolute, authority or asterisk form.
HeadResult HeadParser::target(std::string_view text) {
    if (!is_target(text)) return bad("the request target has bytes that must be escaped");
    out_.target = text;
    if (text.front() == '/') return fine;
    if (text == "*" && out_.method == Method::Options) return fine;
    const std::size_t scheme = text.find("://");
    if (scheme == std::string_view::npos) return bad("the request target is not a path");
    const std::string_view name = text.substr(0, scheme);
    if (!iequals(name, "http") && !iequals(name, "https")) return bad("not an http target");
    const std::size_t slash = text.find_first_of("/?", scheme + 3);
    const std::string_view authority = text.substr(scheme + 3, slash - scheme - 3);
    if (authority.empty() || !is_host(authority)) return bad("the target's host is malformed");
    out_.host = authority;
    host_in_target_ = true;
    out_.target = slash == std::string_view::npos ? std::string_view("/") : text.substr(slash);
    return out_.target.front() == '/' ? fine : bad("the request target has no path");
}

// field-line = field-name ":" OWS field-value OWS (RFC 9112, 5)
HeadResult HeadParser::header_line() {
    if (out_.headers_count == limits::http_headers_max) {
        return refused(HeadStatus::HeadersTooLarge, "too many header fields");
    }
    std::size_t colon = at_;
    while (is_token_char(head_[colon])) ++colon;  // ends at the latest at CR
    if (colon == at_ || head_[colon] != ':') {
        return bad(
            "a header line is not \"name: value\" (folded lines and spaces before the "
            "colon are not accepted)");
    }
    const std::size_t end = head_.find('\r', colon);
    if (head_[end + 1] != '\n') return bad("a CR stands alone in a header");
    std::size_t first = colon + 1;
    std::size_t last = end;
    while (first < last && (head_[first] == ' ' || head_[first] == '\t')) ++first;
    while (last > first && (head_[last - 1] == ' ' || head_[last - 1] == '\t')) --last;
    const std::string_view name = head_.substr(at_, colon - at_);
    const std::string_view value = head_.substr(first, last - first);
    if (!is_field_value(value)) return bad("a header value holds a control character");
    out_.fields_[out_.headers_count++] = {
        static_cast<std::uint16_t>(at_), static_cast<std::uint16_t>(name.size()),
        static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(value.size())};
    at_ = end + 2;
    return known_header(name, value);
}

HeadResult HeadParser::known_header(std::string_view name, std::string_view value) {
    switch (name.size()) {
        case 4:
            if (!is_name(name, "host")) break;
            ++hosts_;
            if (!is_host(value)) return bad("the Host header is malformed");
            // RFC 9112, 3.2.2: the authority of an absolute target replaces Host.
            if (!host_in_target_) out_.host = value;
            break;
        case 6:
            if (is_name(name, "expect") && iequals(value, "100-continue")) {
                out_.expects_continue = true;
            }
            break;
        case 10:
            if (!is_name(name, "connection")) break;
            close_ |= has_token(value, "close");
            keep_alive_ |= has_token(value, "keep-alive");
            break;
        case 14:
            if (is_name(name, "content-length")) return content_length(value);
            break;
        case 17:
            if (is_name(name, "transfer-encoding")) return transfer_encoding(value);
            break;
        default: break;
    }
    return fine;
}

HeadResult HeadParser::content_length(std::string_view value) {
    const auto length = parse_int<std::uint64_t>(value);
    if (!length) return bad("Content-Length is not a number");
    if (out_.content_length) return bad("Content-Length is given twice");
    out_.content_length = length;
    return fine;
}

HeadResult HeadParser::transfer_encoding(std::string_view value) {
    if (out_.chunked) return bad("Transfer-Encoding is given twice");
    if (!iequals(value, "chunked")) {
        return refused(HeadStatus::NotImplemented, "the only transfer coding here is chunked");
    }
    out_.chunked = true;
    return fine;
}

// RFC 9112, 3.2 (Host), 6.1 and 6.3 (the length of the body), 9.3 (persistence)
HeadResult HeadParser::framing() {
    if (hosts_ > 1) return bad("Host is given twice");
    if (hosts_ == 0 && out_.version_minor == 1) return bad("Host is missing");
    if (out_.chunked && out_.content_length) {
        return bad("Content-Length beside Transfer-Encoding");
    }
    if (out_.chunked && out_.version_minor == 0) {
        return bad("Transfer-Encoding in an HTTP/1.0 request");
    }
    if (out_.version_minor == 0) out_.expects_continue = false;
    out_.keep_alive = !close_ && (out_.version_minor == 1 || keep_alive_);
    return fine;
}

HeadResult parse_request_head(std::string_view in, std::size_t scanned, std::size_t bytes_max,
                              RequestHead& out) {
    ENSURE(bytes_max <= 0xFFFF, "fields are held as 16-bit offsets");
    // RFC 9112, 2.2: an empty line before the request line is ignored; one, not a stream of them.
    const std::size_t skipped = in.starts_with("\r\n") ? 2 : 0;
    if (in.size() > skipped && !is_token_char(in[skipped]) && in[skipped] != '\r') {
        return bad("this is not an HTTP request");
    }
    const std::string_view limited = in.substr(0, bytes_max);
    const HeadEnd end = find_end(limited, std::max(skipped, std::min(scanned, limited.size())));
    if (end.bare_line_end) return bad("a line ends in LF without CR");
    if (end.length != 0) return HeadParser(in.substr(0, end.length), out).parse(skipped);
    if (in.size() < bytes_max) return {HeadStatus::NeedMore, 0, {}};
    if (limited.find('\n', skipped) == std::string_view::npos) {
        return refused(HeadStatus::UriTooLong, "the request line is too long");
    }
    return refused(HeadStatus::HeadersTooLarge, "the request's headers are too large");
}

HeaderField RequestHead::field(std::size_t index) const {
    const Field& at = fields_[index];
    return {{begin_ + at.name_at, at.name_length}, {begin_ + at.value_at, at.value_length}};
}

std::string_view RequestHead::header(std::string_view name) const {
    for (std::size_t i = 0; i < headers_count; ++i) {
        if (fields_[i].name_length == name.size() && iequals(field(i).name, name)) {
            return field(i).value;
        }
    }
    return {};
}

std::size_t RequestHead::count(std::string_view name) const {
    std::size_t found = 0;
    for (std::size_t i = 0; i < headers_count; ++i) found += iequals(field(i).name, name) ? 1 : 0;
    return found;
}

}  // namespace shopcast::wire
