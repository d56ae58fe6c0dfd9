#include <algorithm>

#include "base/check.hpp"
#include "base/limits.hpp"
#include "http/connection.hpp"
#include "http/exchange.hpp"

/// How a connection reads a request's body. The request's views point into buffer_, so nothing here
/// may move it.
namespace shopcast::http {

async::Task<Connection::Ready> Connection::read_body(const Router::Route& route) {
    const std::size_t body_bytes_max = route.body_bytes_max;
    stream_.set_deadline(request_deadline_);
    if (head_.content_length.value_or(0) > body_bytes_max) {
        const Error error{Errc::TooLarge, "the body is too large"};
        co_return co_await refuse_body(error);
    }
    const std::size_t here = end_ - begin_ - head_length_;
    if (!head_.chunked && here >= *head_.content_length) {
        const auto length = static_cast<std::size_t>(*head_.content_length);
        request_.body_ = as_bytes(unread().substr(head_length_, length));
        head_length_ += length;
        co_return Ready::Request;
    }
    if (route.admit) {
        if (auto answer = route.admit(request_)) {
            // Its body is not read, so that nothing can follow it.
            co_await send_last(*answer, &route);
            co_return Ready::Refused;
        }
        request_.is_admitted_ = true;
    }
    if (head_.expects_continue && here == 0) {
        const auto sent = co_await send_continue();
        if (!sent) co_return Ready::Ended;
    }
    if (head_.chunked) co_return co_await read_chunked_body(body_bytes_max);
    co_return co_await read_sized_body(static_cast<std::size_t>(*head_.content_length));
}

async::Task<Result<void>> Connection::send_continue() {
    constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    co_return co_await stream_.write(as_bytes(go_on));
}

async::Task<Connection::Ready> Connection::read_sized_body(std::size_t length) {
    const std::string_view begun = unread().substr(head_length_);
    head_length_ += begun.size();
    const ByteSpan first = as_bytes(begun);
    body_.assign(first.begin(), first.end());
    std::size_t have = body_.size();
    // Grows with what arrives: a promised length alone takes no memory.
    constexpr std::size_t step = 16 * limits::KiB;
    while (have < length) {
        if (!hold(std::min(length, have + step))) co_return co_await refuse_body(too_many_bodies());
        body_.resize(std::min(length, have + step));
        const auto count = co_await stream_.read_some(std::span(body_).subspan(have));
        if (!count) {
            gave_up(count.error());
            co_return Ready::Ended;
        }
        have += *count;
    }
    body_.resize(length);
    request_.body_ = body_;
    co_return Ready::Request;
}

async::Task<Connection::Ready> Connection::read_chunked_body(std::size_t body_bytes_max) {
    wire::ChunkedDecoder decoder(body_bytes_max);
    auto used = decoder.feed(as_bytes(unread().substr(head_length_)), body_);
    std::string piece;
    while (used && !decoder.done()) {
        // What the buffer held is consumed; from here on the decoder is fed from `piece`.
        end_ = begin_ + head_length_;
        constexpr std::size_t step = 4 * limits::KiB;
        piece.resize(step);
        if (!hold(body_.size() + step)) co_return co_await refuse_body(too_many_bodies());
        const auto count = co_await stream_.read_some(std::as_writable_bytes(std::span(piece)));
        if (!count) {
            gave_up(count.error());
            co_return Ready::Ended;
        }
        piece.resize(*count);
        used = decoder.feed(as_bytes(piece), body_);
    }
    if (!used) co_return co_await refuse_body(used.error());
    if (piece.empty()) {
        head_length_ += *used;
    } else if (*used < piece.size()) {
        // A pipelined request began in the last piece. Keeping it would take a second buffer for
        // something no browser does after a chunked body: it is dropped with the connection.
        keep_ = false;
    }
    request_.body_ = body_;
    co_return Ready::Request;
}

async::Task<Connection::Ready> Connection::refuse_body(const Error& error) {
    // Whoever is refused keeps nothing while he reads why.
    body_ = {};
    body_share_ = {};
    const auto [status, code] = body_refusal_of(error.code);
    if (status == 503) shard_.shared().bodies_refused.add();
    co_await refuse(status, code, error.message);
    co_return Ready::Refused;
}

/// Makes sure of `bytes` for the body in all. False: others, or others of its address, hold too
/// many.
bool Connection::hold(std::size_t bytes) {
    if (bytes <= body_held_) return true;
    if (!hold_body(shard_.shared(), body_share_, request_.peer(), bytes - body_held_)) return false;
    body_held_ = bytes;
    return true;
}

}  // namespace shopcast::http
