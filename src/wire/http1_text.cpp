#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "base/text.hpp"
#include "wire/http1.hpp"
#include "wire/http1_chars.hpp"

namespace shopcast::wire {
namespace {

struct MethodName {
    Method method;
    std::string_view name;
};
constexpr std::array<MethodName, 7> method_names = {{{Method::Get, "GET"},
                                                     {Method::Head, "HEAD"},
                                                     {Method::Post, "POST"},
                                                     {Method::Put, "PUT"},
                                                     {Method::Patch, "PATCH"},
                                                     {Method::Delete, "DELETE"},
                                                     {Method::Options, "OPTIONS"}}};

/// Cuts the first element off a comma-separated list.
std::string_view next_element(std::string_view& list) {
    const std::size_t comma = list.find(',');
    const std::string_view element = trim(list.substr(0, comma));
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
    return element;
}

std::string_view without_weakness(std::string_view etag) {
    return etag.starts_with("W/") ? etag.substr(2) : etag;
}

}  // namespace

std::string_view to_string(Method method) {
    for (const MethodName& known : method_names) {
        if (known.method == method) return known.name;
    }
    return "OTHER";
}

Method method_of(std::string_view name) {
    for (const MethodName& known : method_names) {
        if (known.name == name) return known.method;
    }
    return Method::Other;
}

bool is_token(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, is_token_char);
}

bool is_field_value(std::string_view text) {
    // No early exit, so that the compiler compares 16 bytes at a time.
    bool bad = false;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        bad |= (byte < 0x20 && byte != '\t') || byte == 0x7F;
    }
    return !bad;
}

bool has_token(std::string_view value, std::string_view token) {
    while (!value.empty()) {
        if (iequals(next_element(value), token)) return true;
    }
    return false;
}

bool etag_matches(std::string_view if_none_match, std::string_view etag) {
    if (etag.empty()) return false;
    if (trim(if_none_match) == "*") return true;
    // A comma may stand inside the quotes, so the list is walked by its quotes.
    const std::string_view wanted = without_weakness(etag);
    std::string_view rest = if_none_match;
    for (;;) {
        const std::size_t open = rest.find('"');
        if (open == std::string_view::npos) return false;
        const std::size_t close = rest.find('"', open + 1);
        if (close == std::string_view::npos) return false;
        if (rest.substr(open, close - open + 1) == wanted) return true;
        rest.remove_prefix(close + 1);
    }
}

RangeResult parse_range(std::string_view header, std::uint64_t size) {
    constexpr RangeResult whole{RangeStatus::Whole, {0, 0}};
    constexpr RangeResult unsatisfiable{RangeStatus::NotSatisfiable, {0, 0}};
    constexpr std::string_view unit = "bytes=";
    if (header.size() < unit.size() || !iequals(header.substr(0, unit.size()), unit)) return whole;
    const std::string_view spec = trim(header.substr(unit.size()));
    const std::size_t dash = spec.find('-');
    // Several ranges need multipart/byteranges, which no player asks for: they get everything.
    if (dash == std::string_view::npos || spec.contains(',')) return whole;
    const std::string_view left = spec.substr(0, dash);
    const std::string_view right = spec.substr(dash + 1);
    if (left.empty()) {
        const auto suffix = parse_int<std::uint64_t>(right);
        if (!suffix) return whole;
        if (*suffix == 0 || size == 0) return unsatisfiable;
        const std::uint64_t length = std::min(*suffix, size);
        return {RangeStatus::Partial, {size - length, length}};
    }
    const auto first = parse_int<std::uint64_t>(left);
    const auto last = parse_int<std::uint64_t>(right);
    if (!first || (!right.empty() && !last) || (last && *last < *first)) return whole;
    if (*first >= size) return unsatisfiable;
    const std::uint64_t end = last && *last < size ? *last + 1 : size;
    return {RangeStatus::Partial, {*first, end - *first}};
}

std::string to_http_date(std::int64_t unix_seconds) {
    constexpr std::array<const char*, 7> days = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array<const char*, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::chrono::sys_seconds time{std::chrono::seconds(unix_seconds)};
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    return fmt::format(
        "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", days[std::chrono::weekday(day).c_encoding()],
        static_cast<unsigned>(date.day()), months[static_cast<unsigned>(date.month()) - 1],
        static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
        clock.seconds().count());
}

}  // namespace shopcast::wire
