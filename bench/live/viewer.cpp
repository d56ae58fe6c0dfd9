#include "viewer.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "swarm.hpp"

namespace shopcast::bench {
namespace {

constexpr std::int64_t retry_after_ns = 1'000'000'000;

/// About what a browser sends with each of hls.js's requests.
constexpr std::string_view request_format =
    "GET {} HTTP/1.1\r\n"
    "Host: 127.0.0.1\r\n"
    "Connection: keep-alive\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)\r\n"
    "Accept: */*\r\n"
    "Sec-Fetch-Site: same-origin\r\n"
    "Sec-Fetch-Mode: cors\r\n"
    "Sec-Fetch-Dest: empty\r\n"
    "Accept-Encoding: gzip, deflate, br\r\n"
    "Accept-Language: en-GB,en;q=0.9\r\n\r\n";

}  // namespace

Viewer::Viewer(Swarm& swarm, std::uint32_t number, std::uint32_t channel)
    : swarm_(swarm), number_(number), channel_(channel), playlist_(*this), media_(*this) {
    multivariant_path_ = "/live/" + swarm.options().channels[channel] + "/index.m3u8";
    due_ns_ = swarm.start_of(number);
    swarm_.wake_at(due_ns_, *this);
}

void Viewer::on_timer(std::int64_t at_ns) {
    if (at_ns != due_ns_) return;
    if (phase_ == Phase::Away) {
        come();
    } else {
        ++swarm_.counts().left;
        leave(retry_after_ns);
    }
}

void Viewer::come() {
    if (const std::int64_t stay_ns = swarm_.draw_stay_ns(); stay_ns > 0) {
        due_ns_ = now_ns() + stay_ns;
        swarm_.wake_at(due_ns_, *this);
    }
    wanted_.clear();
    skip_ = asks_part_ = false;
    if (swarm_.options().mode == Mode::Bare) {
        phase_ = Phase::Held;
        media_path_ = "/live/s/aaaaaaaaaaaaaaaa/src/index.m3u8";
        asked_ = {};
        ask(playlist_, media_path_, AnswerReader::Body::Kept);
        return;
    }
    phase_ = Phase::Multivariant;
    ask(playlist_, multivariant_path_, AnswerReader::Body::Kept);
}

void Viewer::leave(std::int64_t for_ns) {
    phase_ = Phase::Away;
    for (Connection* connection : {&playlist_, &media_}) swarm_.close(*connection);
    due_ns_ = now_ns() + for_ns;
    swarm_.wake_at(due_ns_, *this);
}

void Viewer::ask(Connection& connection, std::string_view target, AnswerReader::Body body) {
    connection.request = fmt::format(request_format, target);
    connection.reader.expect(body);
    connection.busy = true;
    connection.sent = false;
    connection.first_byte_ns = 0;
    swarm_.send(connection);
}

void Viewer::on_lost(Connection& connection, std::string_view what) {
    // The server may close a connection that rests; the next request opens another.
    const bool mattered = connection.busy;
    swarm_.close(connection);
    if (!mattered) return;
    swarm_.complain(fmt::format("viewer {}: {}", number_, what));
    leave(retry_after_ns);
}

void Viewer::on_answer(Connection& connection) {
    connection.busy = false;
    const int status = connection.reader.status();
    swarm_.count_answer(status, connection.reader.body_bytes());
    if (status != 200) {
        // A channel that is offline, or a stream that has gone: come back and look again.
        leave(retry_after_ns);
    } else if (&connection == &media_) {
        on_media();
    } else if (swarm_.options().mode == Mode::Bare) {
        on_bare_answer();
    } else {
        on_playlist();
    }
}

void Viewer::note_held_answer() {
    Wave& wave = swarm_.wave({channel_, asked_});
    if (wave.first_ns == 0) wave.first_ns = playlist_.first_byte_ns;
    if (playlist_.sent_ns > wave.first_ns) {
        ++wave.late;  // asked when others had the answer already: it was not held
        return;
    }
    ++wave.answers;
    wave.last_ns = now_ns();
}

void Viewer::on_bare_answer() {
    const auto wave =
        parse_int<std::uint64_t>(header_value(playlist_.reader.head(), "\r\nX-Wave: "));
    if (!wave) return on_lost(playlist_, "an answer without its number");
    if (asked_.msn == 0) {
        swarm_.count_ready(*this);
    } else {
        asked_.msn = *wave;
        note_held_answer();
    }
    asked_ = {.msn = *wave + 1, .part = 0};
    skip_ = true;
    ask_held();
}

void Viewer::on_playlist() {
    const bool gzip = header_value(playlist_.reader.head(), "\r\nContent-Encoding: ") == "gzip";
    const auto view = swarm_.playlists().find(playlist_.reader.body(), gzip);
    if (!view->readable) return on_lost(playlist_, "an answer that is no playlist");
    if (phase_ == Phase::Multivariant) {
        media_path_ = resolve(multivariant_path_, view->variant_uri);
        if (swarm_.options().mode == Mode::Idle) {
            phase_ = Phase::Resting;
            swarm_.count_ready(*this);
            return;
        }
        phase_ = Phase::Media;
        ask(playlist_, media_path_, AnswerReader::Body::Kept);
        return;
    }
    if (phase_ == Phase::Media) {
        swarm_.count_ready(*this);
        asked_ = view->next;
        phase_ = Phase::Held;
        if (swarm_.options().mode == Mode::Bodies) {
            ask(media_, resolve(media_path_, view->map_uri), AnswerReader::Body::Counted);
        }
    } else if (!view->ended) {
        note_held_answer();
    }
    follow(*view);
}

void Viewer::follow(const PlaylistView& view) {
    if (view.ended) {
        ++swarm_.counts().streams_ended;
        leave(retry_after_ns);
        return;
    }
    if (view.next < asked_) {
        swarm_.complain(fmt::format("viewer {}: the playlist lacks the part asked for", number_));
    }
    const PartPlace from = asked_;
    asked_ = view.next;
    skip_ = view.can_skip;
    ask_held();
    swarm_.note_parts(channel_, view);
    if (swarm_.options().mode == Mode::Hint && !view.hint_uri.empty()) {
        hint_ = view.next;
        wanted_ = {resolve(media_path_, view.hint_uri)};
    }
    if (swarm_.options().mode == Mode::Bodies) want_listed(view, from);
    if (!media_.busy) ask_next_media();
}

void Viewer::want_listed(const PlaylistView& view, PartPlace from) {
    // Whatever of the parts before is still on its way came later than the next one was listed.
    if (!wanted_.empty() || (media_.busy && asks_part_)) ++swarm_.counts().parts_late;
    for (const ListedPart& part : view.parts) {
        if (part.place >= from && !part.gap) wanted_.push_back(resolve(media_path_, part.uri));
    }
}

void Viewer::ask_held() {
    ask(playlist_,
        fmt::format("{}?_HLS_msn={}&_HLS_part={}{}", media_path_, asked_.msn, asked_.part,
                    skip_ ? "&_HLS_skip=YES" : ""),
        AnswerReader::Body::Kept);
}

void Viewer::ask_next_media() {
    if (wanted_.empty()) return;
    const std::string target = std::move(wanted_.front());
    wanted_.pop_front();
    asks_part_ = true;
    hinted_ = hint_;
    ask(media_, target, AnswerReader::Body::Counted);
}

void Viewer::on_media() {
    ++swarm_.counts().parts;
    swarm_.counts().part_bytes += media_.reader.body_bytes();
    if (swarm_.options().mode == Mode::Hint) {
        swarm_.wave({channel_, hinted_}).hint_ns = media_.first_byte_ns;
    }
    ask_next_media();
}

}  // namespace shopcast::bench
