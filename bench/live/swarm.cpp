#include "swarm.hpp"
#include <sys/epoll.h>
#include <sys/socket.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>

namespace shopcast::bench {
namespace {

constexpr double ns_per_s = 1e9;
/// Requests wait at most this long for answers to be read first.
constexpr std::int64_t outbox_wait_max_ns = 50'000'000;
constexpr std::int64_t arrival_max_ns = 60'000'000'000;
constexpr std::uint64_t complaints_shown = 5;

std::int64_t to_ns(double seconds) {
    return static_cast<std::int64_t>(seconds * ns_per_s);
}

}  // namespace

Swarm::Swarm(SwarmOptions options)
    : options_(std::move(options)),
      started_ns_(now_ns()),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      random_(options_.seed),
      ready_(options_.viewers) {
    const auto channels = static_cast<std::uint32_t>(options_.channels.size());
    for (std::uint32_t i = 0; i < options_.viewers; ++i)
        viewers_.emplace_back(*this, i, i % channels);
}

void Swarm::run() {
    std::array<epoll_event, 256> events;
    const auto room = static_cast<int>(events.size());
    while (ends_ns_ == 0 || now_ns() < ends_ns_) {
        const int count = ::epoll_wait(epoll_.fd(), events.data(), room, wait_ms());
        events_at_ns_ = now_ns();
        for (const epoll_event& event :
             std::span(events).first(static_cast<std::size_t>(std::max(count, 0)))) {
            on_event(*static_cast<Connection*>(event.data.ptr), event.events);
        }
        const bool waited = events_at_ns_ - outbox_since_ns_ > outbox_wait_max_ns;
        if (!outbox_.empty() && (count <= 0 || waited)) flush();
        while (!timers_.empty() && timers_.top().at_ns <= events_at_ns_) {
            const Timer timer = timers_.top();
            timers_.pop();
            timer.viewer->on_timer(timer.at_ns);
        }
        if (ends_ns_ == 0 && events_at_ns_ - started_ns_ > arrival_max_ns) {
            complain(fmt::format("{} of {} viewers arrived", ready_count_, options_.viewers));
            return;
        }
    }
}

int Swarm::wait_ms() const {
    constexpr std::int64_t ns_per_ms = 1'000'000;
    constexpr std::int64_t look_up_ms = 100;  // whether the time is over
    if (!outbox_.empty()) return 0;
    if (timers_.empty()) return look_up_ms;
    const std::int64_t left = (timers_.top().at_ns - now_ns()) / ns_per_ms;
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, look_up_ms));
}

void Swarm::on_event(Connection& connection, std::uint32_t events) {
    if (!connection.socket.is_open()) return;  // closed by an event before this one
    if (!connection.connected) {
        if ((events & (EPOLLERR | EPOLLHUP)) != 0) {
            connection.owner.on_lost(connection, "cannot connect");
        } else if ((events & EPOLLOUT) != 0) {
            on_connected(connection);
        }
        return;
    }
    if (connection.busy && connection.first_byte_ns == 0) connection.first_byte_ns = events_at_ns_;
    read(connection);
}

void Swarm::on_connected(Connection& connection) {
    connection.connected = true;
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = &connection;
    ::epoll_ctl(epoll_.fd(), EPOLL_CTL_MOD, connection.socket.fd(), &event);
    send(connection);
}

void Swarm::read(Connection& connection) {
    switch (connection.reader.read(connection.socket.fd())) {
        case AnswerReader::Step::More: return;
        case AnswerReader::Step::Done: connection.owner.on_answer(connection); return;
        case AnswerReader::Step::Closed:
            connection.owner.on_lost(connection, "connection closed");
            return;
        case AnswerReader::Step::Broken:
            connection.owner.on_lost(connection, "a broken answer");
            return;
    }
}

void Swarm::send(Connection& connection) {
    if (connection.socket.is_open()) {
        if (!connection.connected) return;  // it is sent when it is
        if (outbox_.empty()) outbox_since_ns_ = now_ns();
        outbox_.push_back(&connection);
        return;
    }
    connection.socket = connect_from(connection.owner.number(), options_.server);
    if (!connection.socket.is_open()) {
        connection.owner.on_lost(connection, "no socket");
        return;
    }
    epoll_event event{};
    event.events = EPOLLOUT;
    event.data.ptr = &connection;
    ::epoll_ctl(epoll_.fd(), EPOLL_CTL_ADD, connection.socket.fd(), &event);
}

void Swarm::flush() {
    for (Connection* connection : std::exchange(outbox_, {})) {
        // A viewer that left meanwhile has another request, or none.
        if (!connection->waits_for_answer() || connection->sent) continue;
        connection->sent = true;
        connection->sent_ns = now_ns();
        const std::string& request = connection->request;
        const ssize_t sent =
            ::send(connection->socket.fd(), request.data(), request.size(), MSG_NOSIGNAL);
        if (sent != static_cast<ssize_t>(request.size())) {
            connection->owner.on_lost(*connection, "cannot send");
        }
    }
}

void Swarm::close(Connection& connection) {
    connection.socket.close();
    connection.connected = connection.busy = false;
}

void Swarm::wake_at(std::int64_t at_ns, Viewer& viewer) {
    timers_.push({at_ns, &viewer});
}

std::int64_t Swarm::start_of(std::uint32_t viewer) const {
    return started_ns_ + to_ns(options_.connect_seconds * viewer / options_.viewers);
}

std::int64_t Swarm::draw_stay_ns() {
    if (options_.stay_seconds <= 0) return 0;
    constexpr std::uint64_t steps = 1000;
    const double factor = 0.5 + static_cast<double>(random_.u64() % steps) / steps;
    return to_ns(options_.stay_seconds * factor);
}

Wave& Swarm::wave(const WaveName& name) {
    return waves_[name];
}

void Swarm::count_answer(int status, std::size_t body_bytes) {
    ++counts_.answers;
    counts_.bytes += body_bytes;
    if (status != 200) ++counts_.refused[status];
}

void Swarm::count_ready(const Viewer& viewer) {
    if (ready_[viewer.number()]) return;
    ready_[viewer.number()] = true;
    if (++ready_count_ < options_.viewers) return;
    ends_ns_ = now_ns() + to_ns(options_.seconds);
    fmt::print("{{\"event\":\"ready\",\"at_ns\":{}}}\n", now_ns());
    std::fflush(stdout);
}

void Swarm::note_parts(std::uint32_t channel, const PlaylistView& view) {
    if (&view == std::exchange(noted_, &view)) return;
    for (const ListedPart& part : view.parts)
        part_durations_[{channel, part.place}] = part.duration_s;
}

void Swarm::complain(const std::string& what) {
    if (++counts_.errors <= complaints_shown) fmt::print(stderr, "bench_live_viewers: {}\n", what);
}

void Swarm::print() const {
    std::string out = fmt::format(
        R"({{"event":"done","viewers":{},"ready":{},"answers":{},"bytes":{},"parts":{},)"
        R"("part_bytes":{},"parts_late":{},"left":{},"streams_ended":{},"errors":{},"refused":{{)",
        options_.viewers, ready_count_, counts_.answers, counts_.bytes, counts_.parts,
        counts_.part_bytes, counts_.parts_late, counts_.left, counts_.streams_ended,
        counts_.errors);
    std::string_view comma;
    for (const auto& [status, count] : counts_.refused) {
        out += fmt::format("{}\"{}\":{}", std::exchange(comma, ","), status, count);
    }
    out += "},\"waves\":[";
    comma = {};
    for (const auto& [name, wave] : waves_) {
        const auto duration = part_durations_.find(name);
        out += fmt::format(
            R"({}{{"channel":{},"msn":{},"part":{},"duration_s":{},"first_ns":{},"last_ns":{},)"
            R"("answers":{},"late":{},"hint_ns":{}}})",
            std::exchange(comma, ","), name.channel, name.place.msn, name.place.part,
            duration == part_durations_.end() ? 0 : duration->second, wave.first_ns, wave.last_ns,
            wave.answers, wave.late, wave.hint_ns);
    }
    fmt::print("{}]}}\n", out);
}

}  // namespace shopcast::bench
