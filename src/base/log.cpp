#include "base/log.hpp"

#include <fmt/core.h>
#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <atomic>
#include <cmath>
#include <memory>

#include "base/clock.hpp"
#include "base/limits.hpp"
#include "base/log_ring.hpp"

namespace shopcast::log {
namespace {

struct Writer {
    std::shared_ptr<spdlog::details::thread_pool> pool;
    std::shared_ptr<spdlog::async_logger> logger;
};

std::atomic<Level> least_level{Level::Info};
std::atomic<std::shared_ptr<Writer>> writer;

Ring& ring() {
    static Ring instance;
    return instance;
}

std::string render(const Field::Value& value) {
    if (const auto* text = std::get_if<std::string_view>(&value)) return json_quoted(*text);
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return std::to_string(*whole);
    const double real = std::get<double>(value);
    return std::isfinite(real) ? fmt::format("{}", real) : "null";
}

/// Length of the valid UTF-8 sequence at the start of `text`; 0 when there is none (RFC 3629).
std::size_t utf8_length(std::string_view text) {
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = at(0);
    if (lead < 0x80) return 1;
    const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || text.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((at(i) & 0xc0) != 0x80) return 0;
    }
    const unsigned char second = at(1);
    const bool overlong = (lead == 0xe0 && second < 0xa0) || (lead == 0xf0 && second < 0x90);
    const bool out_of_range = (lead == 0xed && second > 0x9f) || (lead == 0xf4 && second > 0x8f);
    return overlong || out_of_range ? 0 : length;
}

}  // namespace

std::string_view to_string(Level level) {
    switch (level) {
        case Level::Debug: return "debug";
        case Level::Info: return "info";
        case Level::Warning: return "warning";
        case Level::Error: return "error";
    }
    return "error";
}

std::optional<Level> level_from(std::string_view text) {
    for (const Level level : {Level::Debug, Level::Info, Level::Warning, Level::Error}) {
        if (to_string(level) == text) return level;
    }
    return std::nullopt;
}

const Ring& recent() {
    return ring();
}

std::string json_quoted(std::string_view text) {
    std::string out = "\"";
    while (!text.empty()) {
        const char c = text.front();
        std::size_t length = 1;
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else if (length = utf8_length(text); length == 0) {
            out += "\\ufffd";
            length = 1;
        } else {
            out.append(text, 0, length);
        }
        text.remove_prefix(length);
    }
    return out + '"';
}

void start(Level least) {
    least_level = least;
    auto created = std::make_shared<Writer>();
    created->pool = std::make_shared<spdlog::details::thread_pool>(limits::log_queue_lines_max, 1);
    auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    created->logger = std::make_shared<spdlog::async_logger>(
        "shopcast", std::move(sink), created->pool, spdlog::async_overflow_policy::overrun_oldest);
    created->logger->set_pattern("%v");
    created->logger->flush_on(spdlog::level::info);
    writer.store(std::move(created));
}

void stop() {
    writer.store(nullptr);
}

void write(Level level, std::string_view event, Fields fields) {
    if (level < least_level.load(std::memory_order_relaxed)) return;
    const WallTime now = system_clock().wall();
    std::string rendered;
    for (const Field& field : fields) {
        rendered += fmt::format(",{}:{}", json_quoted(field.name), render(field.value));
    }
    std::string line = fmt::format(R"({{"time":"{}","level":"{}","event":{}{}}})", to_rfc3339(now),
                                   to_string(level), json_quoted(event), rendered);
    if (!rendered.empty()) rendered.erase(0, 1);
    ring().add(now, level, event, "{" + rendered + "}");
    if (const auto current = writer.load()) {
        current->logger->info(spdlog::string_view_t(line));
    } else {
        line += '\n';
        std::fwrite(line.data(), 1, line.size(), stderr);
    }
}

}  // namespace shopcast::log
