#pragma once

#include <compare>
#include <cstdint>
#include <deque>
#include <map>
#include <queue>
#include <string>
#include <utility>
#include <vector>

#include "base/random.hpp"
#include "playlist_view.hpp"
#include "sockets.hpp"
#include "viewer.hpp"

namespace shopcast::bench {

struct SwarmOptions {
    sockaddr_in server{};
    std::vector<std::string> channels;
    Mode mode = Mode::Playlist;
    std::uint32_t viewers = 1;
    double connect_seconds = 1;  ///< over which they arrive
    double seconds = 10;         ///< from the moment all have arrived
    double stay_seconds = 0;     ///< after about which each leaves and another comes; 0: never
    std::uint64_t seed = 1;
};

/// All answers to the held requests for one part.
struct Wave {
    std::int64_t first_ns = 0;  ///< the first answer's first byte was there to read
    std::int64_t last_ns = 0;   ///< the last answer's last byte had been read
    std::uint32_t answers = 0;
    std::uint32_t late = 0;    ///< requests for it that came when it was out
    std::int64_t hint_ns = 0;  ///< Mode::Hint: the part's own first byte was there to read
};

struct WaveName {
    std::uint32_t channel = 0;
    PartPlace place;
    auto operator<=>(const WaveName&) const = default;
};

struct Counts {
    std::uint64_t answers = 0;
    std::uint64_t bytes = 0;  ///< of bodies
    std::uint64_t parts = 0;
    std::uint64_t part_bytes = 0;
    std::uint64_t parts_late = 0;  ///< not fetched when the next one was listed
    std::uint64_t left = 0;
    std::uint64_t streams_ended = 0;
    std::uint64_t errors = 0;
    std::map<int, std::uint64_t> refused;  ///< by status
};

/// One thread, one epoll, N viewers. Requests go out when no answer waits to be read, so that the
/// instrument's own writing does not stand between an answer and the time it is read.
class Swarm {
public:
    explicit Swarm(SwarmOptions options);

    /// Returns when its time is over. Prints a line when all viewers have arrived.
    void run();
    /// One JSON object: counts, every wave, every part seen.
    void print() const;

    // For viewers.
    const SwarmOptions& options() const { return options_; }
    Counts& counts() { return counts_; }
    PlaylistCache& playlists() { return playlists_; }
    Wave& wave(const WaveName& name);
    /// Sends the connection's request soon, over a new connection where there is none.
    void send(Connection& connection);
    void close(Connection& connection);
    void wake_at(std::int64_t at_ns, Viewer& viewer);
    std::int64_t start_of(std::uint32_t viewer) const;
    /// How long a viewer stays who comes now; 0: for ever.
    std::int64_t draw_stay_ns();
    void count_answer(int status, std::size_t body_bytes);
    void count_ready(const Viewer& viewer);
    void note_parts(std::uint32_t channel, const PlaylistView& view);
    void complain(const std::string& what);

private:
    struct Timer {
        std::int64_t at_ns;
        Viewer* viewer;
        bool operator>(const Timer& other) const { return at_ns > other.at_ns; }
    };

    void on_event(Connection& connection, std::uint32_t events);
    void on_connected(Connection& connection);
    void read(Connection& connection);
    void flush();
    int wait_ms() const;

    // Constant after construction.
    const SwarmOptions options_;
    const std::int64_t started_ns_;
    Socket epoll_;

    SeededRandom random_;
    std::deque<Viewer> viewers_;
    std::priority_queue<Timer, std::vector<Timer>, std::greater<>> timers_;
    std::vector<Connection*> outbox_;
    std::int64_t outbox_since_ns_ = 0;
    std::int64_t events_at_ns_ = 0;  ///< when epoll told of those being handled
    std::int64_t ends_ns_ = 0;       ///< 0 until all have arrived
    std::vector<bool> ready_;
    std::uint32_t ready_count_ = 0;

    PlaylistCache playlists_;
    Counts counts_;
    std::map<WaveName, Wave> waves_;
    std::map<WaveName, double> part_durations_;
    const PlaylistView* noted_ = nullptr;
};

}  // namespace shopcast::bench
