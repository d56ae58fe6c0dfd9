#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/limits.hpp"

namespace shopcast::log {

/// One named value of an event. Names are snake_case with the unit last. Never a secret: stream
/// keys, tokens and passwords do not belong here, not even shortened.
struct Field {
    using Value = std::variant<std::string_view, std::int64_t, double, bool>;

    std::string_view name;
    Value value;

    template <typename T>
    Field(std::string_view field_name, const T& v) : name(field_name), value(to_value(v)) {}

private:
    template <typename T>
    static Value to_value(const T& v) {
        if constexpr (std::same_as<T, bool>) {
            return v;
        } else if constexpr (std::integral<T>) {
            return static_cast<std::int64_t>(v);
        } else if constexpr (std::floating_point<T>) {
            return static_cast<double>(v);
        } else {
            return std::string_view(v);
        }
    }
};
using Fields = std::initializer_list<Field>;

enum class Level { Debug, Info, Warning, Error };
constexpr std::size_t levels_count = static_cast<std::size_t>(Level::Error) + 1;
/// "info"; and back, nothing for any other word.
std::string_view to_string(Level level);
std::optional<Level> level_from(std::string_view text);

/// Starts the background writer: one JSON object a line to standard error. Until then, and after
/// stop(), lines are written directly. The queue is bounded (limits::log_queue_lines_max): when
/// standard error is slower than the server, the oldest lines go, never the server's time.
void start(Level least);
void stop();

/// Writes one event: {"time":..,"level":..,"event":event,fields..}. `event` is
/// "subject.past_verb" ("stream.started"). Safe from any thread; never blocks once started.
void write(Level level, std::string_view event, Fields fields);

inline void debug(std::string_view event, Fields fields = {}) {
    write(Level::Debug, event, fields);
}
inline void info(std::string_view event, Fields fields = {}) {
    write(Level::Info, event, fields);
}
inline void warning(std::string_view event, Fields fields = {}) {
    write(Level::Warning, event, fields);
}
inline void error(std::string_view event, Fields fields = {}) {
    write(Level::Error, event, fields);
}

/// `text` between quotes, escaped as JSON; bytes that are not UTF-8 become U+FFFD.
std::string json_quoted(std::string_view text);

}  // namespace shopcast::log
