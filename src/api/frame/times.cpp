#include "api/frame/times.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace shopcast::api {
namespace {

/// The digits at `text[at, at + count)`; -1: something else is there.
int number_at(std::string_view text, std::size_t at, std::size_t count) {
    if (at + count > text.size()) return -1;
    return parse_int<int>(text.substr(at, count)).value_or(-1);
}

bool has(std::string_view text, std::size_t at, char c) {
    return at < text.size() && text[at] == c;
}

/// Minutes east of UTC; `text` is "Z" or "+09:00".
std::optional<int> offset_of(std::string_view text) {
    if (text == "Z" || text == "z") return 0;
    if (text.size() != 6 || !has(text, 3, ':') || (text[0] != '+' && text[0] != '-')) {
        return std::nullopt;
    }
    const int hours = number_at(text, 1, 2);
    const int minutes = number_at(text, 4, 2);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return std::nullopt;
    return (text[0] == '-' ? -1 : 1) * (hours * 60 + minutes);
}

Checked<std::optional<WallTime>> checked(std::string_view text, std::string_view field) {
    if (text.empty()) return std::nullopt;
    const auto time = from_rfc3339(text);
    if (time) return time;
    return Input::wrong(field, fmt::format("\"{}\" is a time as 2026-11-22T15:57:00Z.", field));
}

}  // namespace

std::optional<WallTime> from_rfc3339(std::string_view text) {
    const std::chrono::year_month_day day{
        std::chrono::year(number_at(text, 0, 4)),
        std::chrono::month(static_cast<unsigned>(number_at(text, 5, 2))),
        std::chrono::day(static_cast<unsigned>(number_at(text, 8, 2)))};
    const int hour = number_at(text, 11, 2);
    const int minute = number_at(text, 14, 2);
    const int second = number_at(text, 17, 2);
    const bool is_shaped = has(text, 4, '-') && has(text, 7, '-') &&
                           (has(text, 10, 'T') || has(text, 10, 't')) && has(text, 13, ':') &&
                           has(text, 16, ':') && int(day.year()) >= 1970;
    if (!is_shaped || !day.ok() || hour < 0 || hour > 23 || minute < 0 || minute > 59 ||
        second < 0 || second > 60) {
        return std::nullopt;
    }
    std::size_t at = 19;
    int milliseconds = 0;
    if (has(text, at, '.')) {
        int unit = 100;
        for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, unit /= 10) {
            milliseconds += (text[at] - '0') * unit;
        }
    }
    const auto offset = offset_of(text.substr(std::min(at, text.size())));
    if (!offset) return std::nullopt;
    return WallTime(std::chrono::sys_days(day)) + std::chrono::hours(hour) +
           std::chrono::minutes(minute - *offset) + std::chrono::seconds(second) +
           Milliseconds(milliseconds);
}

Checked<std::optional<WallTime>> time_in(Input& in, std::string_view field) {
    return checked(in.text(field), field);
}

Checked<std::optional<WallTime>> time_in_query(const http::Request& request,
                                               std::string_view field) {
    return checked(request.query(field).value_or(""), field);
}

}  // namespace shopcast::api
