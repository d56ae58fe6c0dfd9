#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "answer_reader.hpp"
#include "playlist_view.hpp"
#include "sockets.hpp"

namespace shopcast::bench {

class Swarm;
class Viewer;

/// What the viewers of a run do.
enum class Mode {
    Idle,      ///< read the multivariant playlist and stay connected
    Playlist,  ///< hold playlist requests, fetch no media
    Bodies,    ///< fetch every part as well
    Hint,      ///< hold a request for the part of EXT-X-PRELOAD-HINT as well
    Bare,      ///< hold requests at bench_live_bare_hold, whose answers are numbered
};

/// One of a viewer's connections, and the request that is on it.
struct Connection {
    explicit Connection(Viewer& viewer) : owner(viewer) {}
    /// Whether an event is about a request.
    bool waits_for_answer() const { return busy && connected; }

    Viewer& owner;
    Socket socket;
    AnswerReader reader;
    std::string request;
    bool connected = false;
    bool busy = false;  ///< a request waits to be sent or to be answered
    bool sent = false;
    std::int64_t sent_ns = 0;
    std::int64_t first_byte_ns = 0;  ///< when the answer's first bytes were there to read; 0 before
};

/// Behaves as hls.js 1.7 does on a low-latency stream: the multivariant playlist, the media
/// playlist, then blocking reloads (`_HLS_msn`, `_HLS_part`, `_HLS_skip=YES` where the playlist
/// allows it), each sent the moment the one before was answered. Parts are fetched one after
/// another as they are listed. A held request fills a connection, so media goes over a second one,
/// as in a browser.
class Viewer {
public:
    Viewer(Swarm& swarm, std::uint32_t number, std::uint32_t channel);

    std::uint32_t number() const { return number_; }
    /// Starts, leaves, or comes back: whatever its timer was set for.
    void on_timer(std::int64_t at_ns);
    void on_answer(Connection& connection);
    void on_lost(Connection& connection, std::string_view what);

private:
    enum class Phase { Away, Multivariant, Media, Held, Resting };

    void come();
    void leave(std::int64_t for_ns);
    void ask(Connection& connection, std::string_view target, AnswerReader::Body body);
    void ask_held();
    void ask_next_media();
    void on_playlist();
    void on_bare_answer();
    void on_media();
    void follow(const PlaylistView& view);
    void want_listed(const PlaylistView& view, PartPlace from);
    void note_held_answer();

    // Constant after construction.
    Swarm& swarm_;
    const std::uint32_t number_;
    const std::uint32_t channel_;

    Phase phase_ = Phase::Away;
    std::int64_t due_ns_ = 0;  ///< of its newest timer; older ones no longer count
    std::string multivariant_path_;
    std::string media_path_;
    Connection playlist_;
    Connection media_;
    PartPlace asked_;  ///< what the held request waits for
    bool skip_ = false;
    std::deque<std::string> wanted_;  ///< targets of media not yet asked for
    bool asks_part_ = false;          ///< media_ fetches a part, not the init section
    PartPlace hint_;                  ///< Mode::Hint: of the newest playlist
    PartPlace hinted_;                ///< Mode::Hint: what media_ fetches
};

}  // namespace shopcast::bench
