#include "wire/url.hpp"

#include "base/text.hpp"
#include "wire/http1_chars.hpp"

namespace shopcast::wire {
namespace {

bool is_unreserved(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
           (byte >= 'A' && byte <= 'Z') || std::string_view("-._~").contains(c);
}

/// "/a/../b" as segments resolved onto `out` (RFC 3986, 5.2.4). False when ".." leaves the root.
bool resolve_segments(std::string_view decoded, std::string& out) {
    std::size_t at = 1;
    for (;;) {
        const std::size_t slash = decoded.find('/', at);
        const bool last = slash == std::string_view::npos;
        const std::string_view segment = decoded.substr(at, last ? slash : slash - at);
        if (segment == "..") {
            if (out.empty()) return false;
            out.resize(out.rfind('/'));
            if (last) out += '/';
        } else if (!segment.empty() && segment != ".") {
            out += '/';
            out += segment;
        } else if (last) {
            out += '/';
        }
        if (last) return true;
        at = slash + 1;
    }
}

}  // namespace

Target split_target(std::string_view target) {
    const std::size_t mark = target.find('?');
    if (mark == std::string_view::npos) return {target, {}};
    return {target.substr(0, mark), target.substr(mark + 1)};
}

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && plus_is_space) {
            out += ' ';
        } else if (text[i] != '%') {
            out += text[i];
        } else {
            if (text.size() - i < 3) return std::nullopt;
            const int high = hex_value(text[i + 1]);
            const int low = hex_value(text[i + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            out += static_cast<char>(high << 4 | low);
            i += 2;
        }
    }
    return out;
}

std::string percent_encode(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        if (is_unreserved(c)) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += digits[byte >> 4];
        out += digits[byte & 15];
    }
    return out;
}

bool is_plain_path(std::string_view path) {
    if (path.empty() || path.front() != '/') return false;
    // No early exit, so that the compiler looks at 16 bytes at a time.
    bool special = false;
    for (const char c : path) {
        special |= c == '%' || c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    }
    for (std::size_t i = 1; i < path.size(); ++i) {
        // A segment that begins with "." may be "." or "..": the slow path decides.
        special |= path[i - 1] == '/' && (path[i] == '/' || path[i] == '.');
    }
    return !special;
}

Result<std::string> normalize_path(std::string_view path) {
    if (path.empty() || path.front() != '/') {
        return fail(Errc::Malformed, "a path begins with \"/\"");
    }
    // An escaped separator means one thing to whoever routes before decoding and another to who
    // decodes first, so it is no separator here and no character either.
    for (std::size_t at = path.find('%'); at != std::string_view::npos;
         at = path.find('%', at + 1)) {
        const std::string_view escape = path.substr(at, 3);
        if (iequals(escape, "%2f") || iequals(escape, "%5c")) {
            return fail(Errc::Malformed, "the path escapes a separator");
        }
    }
    const auto decoded = percent_decode(path);
    if (!decoded) return fail(Errc::Malformed, "the path has a broken escape");
    for (const char c : *decoded) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F || c == '\\') {
            return fail(Errc::Malformed, "the path holds a control character or a backslash");
        }
    }
    std::string out;
    if (!resolve_segments(*decoded, out)) return fail(Errc::Malformed, "the path leaves the root");
    if (out.empty()) out = "/";
    return out;
}

std::optional<std::string> query_value(std::string_view query, std::string_view name) {
    while (!query.empty()) {
        const std::size_t end = query.find('&');
        const std::string_view field = query.substr(0, end);
        query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
        const std::size_t equals = field.find('=');
        const auto key = percent_decode(field.substr(0, equals), true);
        if (!key || *key != name) continue;
        if (equals == std::string_view::npos) return std::string();
        return percent_decode(field.substr(equals + 1), true);
    }
    return std::nullopt;
}

}  // namespace shopcast::wire
