// N encoders in one process, each pushing the same film in real time to a channel of its own. Their
// stream keys come on standard input, one a line. Prints JSON lines: "ready" when all publish,
// "done" at the end, with the first one's writes and their times.
//
// usage: bench_live_publishers ADDRESS APP FILM SECONDS [STAY_SECONDS]
//        With STAY_SECONDS each ends its stream after about that time and starts another.

#include <sys/epoll.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <deque>
#include <iostream>
#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/random.hpp"
#include "base/text.hpp"
#include "publisher.hpp"

using namespace shopcast;

namespace {

constexpr std::int64_t ns_per_s = 1'000'000'000;
constexpr std::int64_t ns_per_ms = 1'000'000;
/// They begin one after another over this time, so that their frames do not come all at once.
constexpr std::int64_t arrival_ns = 2 * ns_per_s;
constexpr std::int64_t arrival_max_ns = 30 * ns_per_s;
/// After a failure, and between two streams of a channel.
constexpr std::int64_t pause_ns = 3 * ns_per_s;

struct Options {
    sockaddr_in server{};
    std::string app;
    std::string film;
    std::int64_t seconds = 0;
    std::int64_t stay_seconds = 0;
};

class Studio {
public:
    Studio(const Options& options, const bench::Film& film, const std::vector<std::string>& keys)
        : options_(options), started_ns_(bench::now_ns()) {
        const auto count = static_cast<std::int64_t>(keys.size());
        for (const std::string& key : keys) {
            const auto number = static_cast<std::uint32_t>(encoders_.size());
            encoders_.push_back({.publisher = {film, number, options.app, key},
                                 .turn_ns = started_ns_ + arrival_ns * number / count});
        }
        encoders_.front().publisher.trace_writes();
    }

    void run() {
        std::array<epoll_event, 256> events;
        while (ends_ns_ == 0 || bench::now_ns() < ends_ns_) {
            const int count = ::epoll_wait(epoll_.fd(), events.data(),
                                           static_cast<int>(events.size()), wait_ms());
            for (int i = 0; i < count; ++i) {
                static_cast<Encoder*>(events[static_cast<std::size_t>(i)].data.ptr)
                    ->publisher.on_ready();
            }
            const std::int64_t now = bench::now_ns();
            for (Encoder& encoder : encoders_) step(encoder, now);
            note_arrival(now);
            if (ends_ns_ == 0 && now - started_ns_ > arrival_max_ns) return;
        }
    }

    void print() const {
        std::uint64_t messages = 0;
        std::int64_t behind_ns = 0;
        for (const Encoder& encoder : encoders_) {
            messages += encoder.publisher.messages();
            behind_ns = std::max(behind_ns, encoder.publisher.behind_ns_max());
        }
        std::string out = fmt::format(
            R"({{"event":"done","publishers":{},"arrived":{},"messages":{},"failures":{},)"
            R"("stopped":{},"behind_ms_max":{:.1f},"trace":[)",
            encoders_.size(), ends_ns_ != 0, messages, failures_, stopped_,
            static_cast<double>(behind_ns) / ns_per_ms);
        std::string_view comma;
        for (const auto& [type, at_ms, written_ns] : encoders_.front().publisher.trace()) {
            out += fmt::format("{}[{},{},{}]", std::exchange(comma, ","), std::to_underlying(type),
                               at_ms, written_ns);
        }
        fmt::print("{}]}}\n", out);
    }

private:
    struct Encoder {
        bench::Publisher publisher;
        std::int64_t turn_ns = 0;  ///< of its next start or stop
    };

    void step(Encoder& encoder, std::int64_t now) {
        using State = bench::Publisher::State;
        bench::Publisher& publisher = encoder.publisher;
        if (publisher.state() == State::Failed) {
            ++failures_;
            fmt::print(stderr, "bench_live_publishers: {}\n", publisher.why());
            publisher.stop();
            encoder.turn_ns = now + pause_ns;
        } else if (publisher.state() == State::Off && encoder.turn_ns <= now) {
            publisher.connect(options_.server);
            watch(encoder);
            encoder.turn_ns = now + draw_stay_ns();
        } else if (publisher.state() == State::Live) {
            publisher.push_due(now);
            if (options_.stay_seconds == 0 || encoder.turn_ns > now) return;
            ++stopped_;
            publisher.stop();
            encoder.turn_ns = now + pause_ns;
        }
    }

    void watch(Encoder& encoder) {
        epoll_event event{};
        event.events = EPOLLIN | EPOLLOUT | EPOLLET;
        event.data.ptr = &encoder;
        ::epoll_ctl(epoll_.fd(), EPOLL_CTL_ADD, encoder.publisher.fd(), &event);
    }

    std::int64_t draw_stay_ns() {
        constexpr std::uint64_t steps = 1000;
        const auto thousandths = static_cast<std::int64_t>(steps / 2 + random_.u64() % steps);
        return options_.stay_seconds * ns_per_ms * thousandths;
    }

    void note_arrival(std::int64_t now) {
        const auto is_live = [](const Encoder& encoder) {
            return encoder.publisher.state() == bench::Publisher::State::Live;
        };
        if (ends_ns_ != 0 || !std::ranges::all_of(encoders_, is_live)) return;
        ends_ns_ = now + options_.seconds * ns_per_s;
        fmt::print("{{\"event\":\"ready\",\"at_ns\":{}}}\n", now);
        std::fflush(stdout);
    }

    int wait_ms() const {
        const auto due = [](const Encoder& encoder) { return encoder.publisher.due_ns(); };
        const std::int64_t next = std::ranges::min(encoders_ | std::views::transform(due));
        // Starts and stops are not in a hurry.
        const std::int64_t left = (next - bench::now_ns() + ns_per_ms - 1) / ns_per_ms;
        return static_cast<int>(std::clamp<std::int64_t>(left, 0, 10));
    }

    // Constant after construction.
    const Options options_;
    const std::int64_t started_ns_;
    bench::Socket epoll_{::epoll_create1(EPOLL_CLOEXEC)};

    SeededRandom random_{1};
    std::deque<Encoder> encoders_;
    std::int64_t ends_ns_ = 0;  ///< 0 until all publish
    std::uint64_t failures_ = 0;
    std::uint64_t stopped_ = 0;
};

std::optional<Options> parse_arguments(int argc, char** argv) {
    if (argc < 5 || argc > 6) return std::nullopt;
    const auto server = bench::parse_address(argv[1]);
    const auto seconds = parse_int<std::uint32_t>(argv[4]);
    const auto stay = argc == 6 ? parse_int<std::uint32_t>(argv[5]) : 0;
    if (!server || !seconds || !stay) return std::nullopt;
    return Options{.server = *server,
                   .app = argv[2],
                   .film = argv[3],
                   .seconds = *seconds,
                   .stay_seconds = *stay};
}

}  // namespace

int main(int argc, char** argv) {
    const auto options = parse_arguments(argc, argv);
    std::vector<std::string> keys;
    for (std::string line; options && std::getline(std::cin, line);) keys.push_back(line);
    if (keys.empty()) {
        std::fputs("usage: bench_live_publishers ADDRESS APP FILM SECONDS [STAY_SECONDS] <KEYS\n",
                   stderr);
        return 2;
    }
    const auto film = bench::Film::load(options->film, bench::Publisher::chunk_bytes);
    if (!film) {
        fmt::print(stderr, "bench_live_publishers: {}\n", film.error().message);
        return 1;
    }
    bench::raise_descriptor_limit();
    Studio studio(*options, *film, keys);
    studio.run();
    studio.print();
}
