#include "http/h2_connection.hpp"

#include <array>
#include <utility>

#include "base/log.hpp"
#include "http/exchange.hpp"
#include "http/limits.hpp"
#include "http/route.hpp"

namespace shopcast::http {
namespace {

/// Requests are a few hundred bytes; an idle connection holds this much.
constexpr std::size_t read_buffer_bytes = 2048;

/// Counts a task for as long as its frame lives.
class Counted {
public:
    explicit Counted(std::size_t& count) : count_(count) { ++count_; }
    ~Counted() { --count_; }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;

private:
    std::size_t& count_;
};

}  // namespace

async::Task<void> H2Connection::serve(Admission admission, std::unique_ptr<net::Stream> stream) {
    const auto self = std::make_shared<H2Connection>(std::move(admission), std::move(stream));
    self->flush();
    if (self->shard_.draining()) self->on_drain();
    co_await self->read_all();
    self->end();
}

H2Connection::H2Connection(Admission admission, std::unique_ptr<net::Stream> stream)
    : admission_(std::move(admission)),
      shard_(admission_.shard()),
      stream_(std::move(stream)),
      watch_(*this),
      session_(*this, shard_.limits().head_bytes_max),
      idle_deadline_(shard_.loop().coarse_now() + shard_.limits().request_timeout) {
    shard_.add(*this);
    shard_.loop().sweep(watch_);
}

async::Task<void> H2Connection::read_all() {
    std::array<std::byte, read_buffer_bytes> buffer;  // filled by each read
    bool receives = true;
    for (;;) {
        const auto count = co_await stream_->read_some(buffer);
        if (!count) co_return;
        // After the last word only the end of the connection is of interest (linger_deadline_).
        if (!receives) continue;
        receives = session_.receive(ByteSpan(buffer).first(*count), shard_.loop().now());
        if (!receives) count_end();
        flush();
    }
}

void H2Connection::count_end() {
    if (counted_end_) return;
    counted_end_ = true;
    if (session_.ended_with() == H2Session::Code::EnhanceYourCalm) {
        shard_.shared().refused(RefusalKind::Flood, admission_.peer(), session_.failure());
    } else if (session_.ended_with() == H2Session::Code::ProtocolError) {
        shard_.shared().refused(RefusalKind::MalformedHttp, admission_.peer(), session_.failure());
    }
}

void H2Connection::flush() {
    if (writing_ || ended_) return;
    writing_ = true;
    shard_.loop().spawn(write_all(shared_from_this()));
}

async::Task<void> H2Connection::write_all(std::shared_ptr<H2Connection> self) {
    std::string out;
    out.reserve(limits::h2_output_bytes);
    for (;;) {
        out.clear();
        if (self->ended_ || !self->session_.fill(out, limits::h2_output_bytes)) break;
        if (out.empty()) {
            self->writing_ = false;
            if (self->session_.is_over()) break;
            co_return;
        }
        self->write_deadline_ =
            self->shard_.loop().coarse_now() + self->shard_.limits().write_timeout;
        const auto sent = co_await self->stream_->write(as_bytes(out));
        self->write_deadline_ = SteadyTime::max();
        if (!sent) {
            self->stream_->close();
            break;
        }
        // A socket takes megabytes without waiting.
        if (out.size() > limits::h2_output_bytes / 2) co_await self->shard_.loop().yield();
    }
    // The peer is given time to read the last word: closing a socket with unread bytes in it
    // would take that away (RFC 9112, 9.6).
    self->stream_->shut_down_write();
    self->linger_deadline_ = self->shard_.loop().coarse_now() + limits::http_linger_timeout;
}

void H2Connection::end() {
    ended_ = true;
    stream_->close();
    watch_.unlink();
    unlink();
    for (const auto& [id, stream] : streams_) stream->closed = true;
    // What nobody will read any more must not be held by tasks that still wait.
    streams_.clear();
}

void H2Connection::on_drain() {
    session_.go_away();
    flush();
}

H2Stream* H2Connection::find(std::int32_t id) const {
    const auto found = streams_.find(id);
    return found == streams_.end() ? nullptr : found->second.get();
}

bool H2Connection::on_request_begins(std::int32_t id) {
    // Resetting a request does not end its task: without this bound a client could start any
    // number of them.
    if (tasks_count_ >= limits::h2_streams_max) {
        shard_.shared().refused(RefusalKind::TooManyRequests, admission_.peer(),
                                "too many requests of one connection");
        return false;
    }
    auto stream = std::make_shared<H2Stream>(shard_, id, admission_.peer());
    stream->deadline = shard_.loop().coarse_now() + shard_.limits().request_timeout;
    streams_.emplace(id, std::move(stream));
    return true;
}

void H2Connection::on_field(std::int32_t id, std::string_view name, std::string_view value) {
    if (H2Stream* stream = find(id)) stream->add_field(name, value);
}

void H2Connection::on_head_ended(std::int32_t id, bool request_ended) {
    H2Stream* const stream = find(id);
    if (stream == nullptr) return;
    stream->request_ended = request_ended;
    const wire::HeadResult head = stream->read_head();
    if (head.status != wire::HeadStatus::Complete) {
        const Refusal why = refusal_of(head.status);
        return refuse(*stream, why.status, why.code, head.reason);
    }
    if (!stream->read_target()) {
        return refuse(*stream, 400, "malformed_path", "The path is malformed.");
    }
    if (admission_.is_trusted_proxy()) {
        stream->set_client(peer_of(stream->head(), admission_), is_tls(stream->head(), admission_));
    }
    stream->match = shard_.shared().router.match(stream->request());
    if (request_ended) return begin_answer(*stream);
    if (stream->head().content_length.value_or(0) > stream->match->route->body_bytes_max) {
        return refuse(*stream, 413, "body_too_large", "the body is too large");
    }
    if (const auto& admit = stream->match->route->admit) {
        if (auto answer = admit(stream->request())) return respond(*stream, *std::move(answer));
        stream->set_admitted();
    }
    if (stream->head().expects_continue) session_.respond_continue(id);
}

void H2Connection::on_body(std::int32_t id, ByteSpan piece) {
    H2Stream* const stream = find(id);
    if (stream == nullptr || stream->responded) return session_.release_body_bytes(piece.size());
    const std::size_t held = stream->body_bytes();
    const bool has_room =
        hold_body(shard_.shared(), stream->body_share, stream->peer(), piece.size());
    if (has_room && stream->add_body(piece, stream->match->route->body_bytes_max)) return;
    session_.release_body_bytes(held + piece.size());
    stream->drop_body();
    if (has_room) return refuse(*stream, 413, "body_too_large", "the body is too large");
    shard_.shared().bodies_refused.add();
    refuse(*stream, 503, "busy", too_many_bodies().message);
}

void H2Connection::on_request_ended(std::int32_t id) {
    H2Stream* const stream = find(id);
    if (stream == nullptr) return;
    stream->request_ended = true;
    if (!stream->responded && !stream->answering) begin_answer(*stream);
}

void H2Connection::begin_answer(H2Stream& stream) {
    stream.answering = true;
    stream.started = shard_.loop().now();
    shard_.loop().spawn(answer(shared_from_this(), streams_.at(stream.id)));
}

async::Task<void> H2Connection::answer(std::shared_ptr<H2Connection> self, SharedStream stream) {
    const Counted counted(self->tasks_count_);
    const Router::Match& match = *stream->match;
    const bool handled =
        match.outcome == Router::Outcome::Found || match.outcome == Router::Outcome::NotFound;
    // NOLINTNEXTLINE(misc-const-correctness): clang-tidy does not see that co_await changes it
    async::Task<Response> work = handled ? match.route->handler(stream->request())
                                         : async::Task<Response>(answer_without_handler(match));
    Response response = co_await std::move(work);
    stream->answering = false;
    if (stream->closed) {
        self->observe(*stream);
    } else {
        self->respond(*stream, std::move(response));
        self->flush();
    }
}

void H2Connection::refuse(H2Stream& stream, int status, std::string_view code,
                          std::string_view detail) {
    shard_.shared().requests_malformed.add();
    shard_.shared().refused(kind_of(status), stream.peer(), detail);
    stream.match.reset();
    stream.forget_head();
    respond(stream, Response::problem(status, code, detail));
}

void H2Connection::respond(H2Stream& stream, Response response) {
    const Router::Route* const route = stream.match ? stream.match->route : nullptr;
    const auto out = stream.take_response(std::move(response), route == nullptr || route->cors);
    count_response(shard_.shared(), route, out.status,
                   out.lines.size() + (out.body == nullptr ? 0 : out.body->length));
    stream.responded = true;
    stream.deadline = shard_.loop().coarse_now() + shard_.limits().write_timeout;
    session_.respond(stream.id, out.status, out.lines, out.body);
}

void H2Connection::on_answered(std::int32_t id) {
    // RFC 9113, 8.1: the rest of the request is not wanted, and that is no error.
    const H2Stream* const stream = find(id);
    if (stream != nullptr && !stream->request_ended) {
        session_.reset(id, H2Session::Code::NoError);
    }
}

void H2Connection::on_closed(std::int32_t id) {
    const auto found = streams_.find(id);
    if (found == streams_.end()) return;
    const SharedStream stream = std::move(found->second);
    streams_.erase(found);
    stream->closed = true;
    session_.release_body_bytes(stream->body_bytes());
    if (stream->responded) observe(*stream);
    idle_deadline_ = shard_.loop().coarse_now() + shard_.limits().keep_alive_timeout;
}

void H2Connection::observe(const H2Stream& stream) {
    if (!stream.match) return;
    const std::chrono::duration<double> took = shard_.loop().now() - stream.started;
    stream.match->route->duration_seconds->observe(took.count());
}

void H2Connection::look_at_deadlines(SteadyTime now) {
    if (write_deadline_ <= now || linger_deadline_ <= now) return stream_->close();
    bool acted = false;
    for (const auto& [id, stream] : streams_) {
        if (stream->answering || stream->deadline > now) continue;
        if (!stream->responded) {
            shard_.shared().refused(RefusalKind::TooSlow, stream->peer(),
                                    "a request that did not end");
        }
        if (!stream->responded && !stream->match) {
            // A head that does not end holds up everything behind it.
            session_.terminate(H2Session::Code::EnhanceYourCalm);
            counted_end_ = true;
        } else {
            session_.reset(id, H2Session::Code::Cancel);
        }
        stream->deadline = SteadyTime::max();
        acted = true;
    }
    if (streams_.empty() && idle_deadline_ <= now) {
        session_.terminate(H2Session::Code::NoError);
        idle_deadline_ = SteadyTime::max();
        acted = true;
    }
    if (acted) flush();
}

}  // namespace shopcast::http
