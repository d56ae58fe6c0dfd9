#include "http/connection.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "async/loop.hpp"
#include "base/check.hpp"
#include "base/limits.hpp"
#include "http/exchange.hpp"
#include "http/limits.hpp"
#include "http/response_head.hpp"

namespace shopcast::http {

async::Task<void> Connection::serve(Admission admission, std::unique_ptr<net::Stream> stream) {
    Connection connection(admission, *stream);
    co_await connection.run();
    stream->close();
}

Connection::Connection(const Admission& admission, net::Stream& stream)
    : shard_(admission.shard()), admission_(admission), stream_(stream) {
    shard_.add(*this);
    request_.head_ = &head_;
    request_.loop_ = &shard_.loop();
    request_.peer_ = admission.peer();
    request_.is_tls_ = admission.is_tls();
}

void Connection::on_drain() {
    if (idle_) stream_.close();
}

async::Task<void> Connection::run() {
    // Who connects and says nothing gets the time of one request, not of a kept connection.
    request_deadline_ = shard_.loop().coarse_now() + shard_.limits().request_timeout;
    stream_.set_deadline(request_deadline_);
    while (keep_) {
        const Ready ready = co_await read_head();
        if (ready == Ready::Ended) co_return;
        if (ready == Ready::Refused) break;
        const bool more = co_await answer();
        if (!more) break;
        finish_request();
    }
    if (!client_closes_) co_await linger();
}

async::Task<Connection::Ready> Connection::read_head() {
    std::size_t scanned = 0;
    for (;;) {
        if (begin_ != end_) {
            const wire::HeadResult result =
                wire::parse_request_head(unread(), scanned, shard_.limits().head_bytes_max, head_);
            if (result.status == wire::HeadStatus::Complete) {
                head_length_ = result.length;
                idle_ = false;
                co_return Ready::Request;
            }
            if (result.status != wire::HeadStatus::NeedMore) {
                const Refusal why = refusal_of(result.status);
                co_await refuse(why.status, why.code, result.reason);
                co_return Ready::Refused;
            }
            // The time for one request begins with its first byte.
            if (idle_) {
                request_deadline_ = shard_.loop().coarse_now() + shard_.limits().request_timeout;
                stream_.set_deadline(request_deadline_);
            }
            idle_ = false;
            scanned = end_ - begin_;
        } else if (shard_.draining()) {
            co_return Ready::Ended;
        }
        const auto count = co_await stream_.read_some(room());
        if (!count) {
            if (!idle_) gave_up(count.error());
            co_return Ready::Ended;
        }
        end_ += *count;
    }
}

void Connection::gave_up(const Error& error) const {
    if (error.code != Errc::Timeout) return;
    shard_.shared().refused(RefusalKind::TooSlow, request_.peer(), "a request that did not end");
}

std::span<std::byte> Connection::room() {
    if (end_ == capacity_) grow_buffer();
    return std::as_writable_bytes(std::span(buffer_.get() + end_, capacity_ - end_));
}

void Connection::grow_buffer() {
    const std::size_t held = end_ - begin_;
    const std::size_t head_bytes_max = shard_.limits().head_bytes_max;
    if (begin_ > 0 && held < capacity_) {
        std::memmove(buffer_.get(), buffer_.get() + begin_, held);
    } else {
        const std::size_t larger =
            std::min(std::max(idle_buffer_bytes, capacity_ * 4), head_bytes_max);
        ENSURE(larger > capacity_, "a full buffer holds a whole head or an error");
        auto grown = std::make_unique_for_overwrite<char[]>(larger);
        std::ranges::copy(unread(), grown.get());
        buffer_ = std::move(grown);
        capacity_ = larger;
    }
    begin_ = 0;
    end_ = held;
}

async::Task<bool> Connection::answer() {
    keep_ = head_.keep_alive;
    client_closes_ = !head_.keep_alive;
    if (!request_.take_target(path_storage_)) {
        co_await refuse(400, "malformed_path", "The path is malformed.");
        co_return false;
    }
    if (admission_.is_trusted_proxy()) {
        forwarded_peer_ = peer_of(head_, admission_);
        request_.peer_ = forwarded_peer_;
        request_.is_tls_ = is_tls(head_, admission_);
    }
    const Router::Match match = shard_.shared().router.match(request_);
    if (head_.has_body()) {
        const Ready ready = co_await read_body(*match.route);
        if (ready != Ready::Request) co_return false;
    }
    // A handler may take its time; it is the reader of the answer whose time is counted.
    stream_.set_deadline({});
    const SteadyTime started = shard_.loop().now();
    const bool handled =
        match.outcome == Router::Outcome::Found || match.outcome == Router::Outcome::NotFound;
    // NOLINTNEXTLINE(misc-const-correctness): clang-tidy does not see that co_await changes it
    async::Task<Response> work = handled ? match.route->handler(request_)
                                         : async::Task<Response>(answer_without_handler(match));
    const Response response = co_await std::move(work);
    const auto sent = co_await send(response, match.route);
    const std::chrono::duration<double> took = shard_.loop().now() - started;
    match.route->duration_seconds->observe(took.count());
    // Nobody reads any more: there is nothing to wait for.
    if (!sent) client_closes_ = true;
    const bool goes_on = sent && keep_;
    co_return goes_on;
}

async::Task<void> Connection::refuse(int status, std::string_view code, std::string_view detail) {
    shard_.shared().requests_malformed.add();
    shard_.shared().refused(kind_of(status), request_.peer(), detail);
    // Whatever the broken head said, it is no HEAD request and no HTTP/1.0.
    head_.method = Method::Other;
    head_.version_minor = 1;
    const Response response = Response::problem(status, code, detail);
    co_await send_last(response, nullptr);
}

async::Task<void> Connection::send_last(const Response& response, const Router::Route* route) {
    keep_ = false;
    client_closes_ = false;
    const auto sent = co_await send(response, route);
    if (!sent) client_closes_ = true;
}

async::Task<Result<void>> Connection::send(const Response& response, const Router::Route* route) {
    keep_ = keep_ && !response.close_ && !shard_.draining();
    const ResponseHead head(head_, response);
    const bool cors = route == nullptr || route->cors;
    head.render(shard_, {.keep = keep_, .cors = cors, .tls = request_.is_tls()}, response_head_);
    const ByteSpan head_bytes = as_bytes(response_head_);
    const ResponseHead::Slice body = head.body();

    count_response(shard_.shared(), route, head.status(), head_bytes.size() + body.length);
    stream_.set_deadline(shard_.loop().coarse_now() + shard_.limits().write_timeout);
    if (const auto* file = std::get_if<FileSlice>(&response.body()); file && body.length > 0) {
        return stream_.send_file(head_bytes, file->fd, file->offset + body.first, body.length);
    }
    pieces_ = {head_bytes, ByteSpan()};
    if (const auto* bytes = std::get_if<Bytes>(&response.body())) {
        pieces_[1] = bytes->span().subspan(body.first, body.length);
    }
    return stream_.write(pieces_);
}

void Connection::finish_request() {
    begin_ += head_length_;
    head_length_ = 0;
    if (!body_.empty()) body_ = {};
    body_share_ = {};
    body_held_ = 0;
    request_.is_admitted_ = false;
    // A proxy's next request may be another's.
    request_.peer_ = admission_.peer();
    path_storage_.clear();
    request_.body_ = {};
    if (begin_ == end_) {
        begin_ = end_ = 0;
        if (capacity_ > idle_buffer_bytes) {
            buffer_.reset();
            capacity_ = 0;
        }
    }
    // A pipelined request has begun already.
    idle_ = begin_ == end_;
    request_deadline_ = shard_.loop().coarse_now() + (idle_ ? shard_.limits().keep_alive_timeout
                                                            : shard_.limits().request_timeout);
    stream_.set_deadline(request_deadline_);
}

async::Task<void> Connection::linger() {
    // Closing a socket that holds unread bytes resets the connection, and a reset throws away what
    // the peer has not read yet: the very answer that says what was wrong (RFC 9112, 9.6).
    constexpr std::size_t lingered_bytes_max = 256 * limits::KiB;
    stream_.shut_down_write();
    stream_.set_deadline(shard_.loop().now() + limits::http_linger_timeout);
    std::size_t discarded = 0;
    begin_ = end_ = 0;
    while (discarded < lingered_bytes_max) {
        begin_ = end_ = 0;
        const auto count = co_await stream_.read_some(room());
        if (!count) co_return;
        discarded += *count;
    }
}

}  // namespace shopcast::http
