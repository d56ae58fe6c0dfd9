// bench_shop_buyers ADDRESS TOKENS SKUS RATE SECONDS CONNECTIONS: buyers who press "Buy now" at a
// rate of their own, whether the server keeps up or not (open loop). TOKENS is a file with a
// session's token a line, SKUS are numbers with commas between them; each buyer holds each sku
// once. A wait begins when the press was due, so one that had no connection waits too. Prints one
// line of JSON.
#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <deque>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "answer_reader.hpp"
#include "base/text.hpp"
#include "sockets.hpp"

using namespace shopcast;
using namespace shopcast::bench;

namespace {

struct Options {
    std::string address;
    std::vector<std::string> tokens;
    std::vector<std::string> skus;
    std::int64_t rate = 0;
    std::int64_t seconds = 0;
    std::size_t connections = 0;

    std::int64_t presses() const { return rate * seconds; }
};

/// Of the press with this number.
std::string request_of(const Options& options, std::int64_t press) {
    const auto n = static_cast<std::size_t>(press);
    const std::string body =
        fmt::format(R"({{"sku":{},"quantity":1}})",
                    options.skus.at(n / options.tokens.size() % options.skus.size()));
    return fmt::format(
        "POST /api/v1/holds HTTP/1.1\r\nHost: {0}\r\nOrigin: http://{0}\r\n"
        "Cookie: sid_plain={1}\r\nIdempotency-Key: press-{2}\r\n"
        "Content-Type: application/json\r\nContent-Length: {3}\r\n\r\n{4}",
        options.address, options.tokens[n % options.tokens.size()], press, body.size(), body);
}

struct Connection {
    Socket socket;
    AnswerReader reader;
    std::int64_t due_ns = 0;  ///< of the press that waits for its answer
};

/// One thread, one epoll; a connection carries one press at a time.
class Presses {
public:
    explicit Presses(const Options& options) : options_(options), epoll_(::epoll_create1(0)) {
        const auto to = parse_address(options.address);
        if (!to || !epoll_.is_open()) std::abort();
        for (std::size_t i = 0; i < options.connections; ++i) {
            Connection& one = connections_.emplace_back();
            one.socket = connect_from(static_cast<std::uint32_t>(i), *to);
            pollfd connected{.fd = one.socket.fd(), .events = POLLOUT, .revents = 0};
            if (::poll(&connected, 1, -1) != 1) std::abort();
            epoll_event wanted{.events = EPOLLIN, .data = {.ptr = &one}};
            if (::epoll_ctl(epoll_.fd(), EPOLL_CTL_ADD, one.socket.fd(), &wanted) != 0) {
                std::abort();
            }
            idle_.push_back(&one);
        }
    }

    void run() {
        const std::int64_t start_ns = now_ns();
        std::int64_t next = 0;
        while (done_ < options_.presses()) {
            for (; next < options_.presses() && due_ns(start_ns, next) <= now_ns(); ++next) {
                waiting_.push_back(next);
            }
            while (!waiting_.empty() && !idle_.empty()) {
                press(waiting_.front(), due_ns(start_ns, waiting_.front()));
                waiting_.pop_front();
            }
            // Presses come in bursts of a millisecond, so that the instrument leaves the cores
            // alone.
            take_answers(1);
        }
        seconds_ = static_cast<double>(now_ns() - start_ns) / 1e9;
    }

    void print() {
        std::ranges::sort(waits_ms_);
        const auto at = [this](double p) {
            return waits_ms_[static_cast<std::size_t>(p * static_cast<double>(done_ - 1))];
        };
        std::string statuses;
        for (const auto& [status, count] : statuses_) {
            statuses += fmt::format("{}\"{}\":{}", statuses.empty() ? "" : ",", status, count);
        }
        fmt::print(R"({{"done":{},"per_second":{:.0f},"p50_ms":{:.2f},"p99_ms":{:.2f},)"
                   R"("max_ms":{:.2f},"statuses":{{{}}}}})"
                   "\n",
                   done_, static_cast<double>(done_) / seconds_, at(0.5), at(0.99),
                   waits_ms_.back(), statuses);
    }

private:
    std::int64_t due_ns(std::int64_t start_ns, std::int64_t press) const {
        return start_ns + press * 1'000'000'000 / options_.rate;
    }
    void press(std::int64_t number, std::int64_t due) {
        Connection& one = *idle_.back();
        idle_.pop_back();
        one.due_ns = due;
        one.reader.expect(AnswerReader::Body::Counted);
        const std::string request = request_of(options_, number);
        // A socket with nothing in it takes a request whole.
        const ssize_t sent = ::write(one.socket.fd(), request.data(), request.size());
        if (sent != static_cast<ssize_t>(request.size())) std::abort();
    }
    void take_answers(int wait_ms) {
        epoll_event events[64];
        const int count = ::epoll_wait(epoll_.fd(), events, 64, wait_ms);
        for (int i = 0; i < count; ++i) {
            Connection& one = *static_cast<Connection*>(events[i].data.ptr);
            const AnswerReader::Step step = one.reader.read(one.socket.fd());
            if (step == AnswerReader::Step::More) continue;
            if (step != AnswerReader::Step::Done) std::abort();
            ++statuses_[one.reader.status()];
            waits_ms_.push_back(static_cast<double>(now_ns() - one.due_ns) / 1e6);
            ++done_;
            idle_.push_back(&one);
        }
    }

    const Options& options_;
    Socket epoll_;
    std::deque<Connection> connections_;
    std::vector<Connection*> idle_;
    std::deque<std::int64_t> waiting_;
    std::vector<double> waits_ms_;
    std::map<int, std::int64_t> statuses_;
    std::int64_t done_ = 0;
    double seconds_ = 0;
};

}  // namespace

int main(int count, char** arguments) {
    if (count != 7) {
        std::fputs("bench_shop_buyers ADDRESS TOKENS SKUS RATE SECONDS CONNECTIONS\n", stderr);
        return 2;
    }
    Options options{.address = arguments[1], .tokens = {}, .skus = {}};
    std::ifstream file(arguments[2]);
    for (std::string line; std::getline(file, line);) options.tokens.push_back(line);
    for (const std::string_view sku : split(arguments[3], ',')) options.skus.emplace_back(sku);
    options.rate = parse_int<std::int64_t>(arguments[4]).value_or(1000);
    options.seconds = parse_int<std::int64_t>(arguments[5]).value_or(5);
    options.connections = parse_int<std::size_t>(arguments[6]).value_or(256);
    const auto kinds = static_cast<std::int64_t>(options.tokens.size() * options.skus.size());
    if (options.presses() > kinds) {
        std::fputs("there are more presses than buyers and skus\n", stderr);
        return 2;
    }
    raise_descriptor_limit();
    Presses presses(options);
    presses.run();
    presses.print();
    return 0;
}
