#include "publisher.hpp"
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <utility>

#include "base/byte_writer.hpp"

namespace shopcast::bench {
namespace {

constexpr std::size_t handshake_part_bytes = 1536;
constexpr std::size_t greeting_bytes = 1 + 2 * handshake_part_bytes;
constexpr std::int64_t ns_per_ms = 1'000'000;
constexpr std::uint32_t stream_id = 1;  // what servers answer to the first createStream

std::uint32_t chunk_stream_of(wire::RtmpType type) {
    if (type == wire::RtmpType::Audio) return 4;
    return type == wire::RtmpType::Video ? 6 : 5;
}

}  // namespace

Publisher::Publisher(const Film& film, std::uint32_t number, std::string app, std::string key)
    : film_(film), number_(number), app_(std::move(app)), key_(std::move(key)) {}

void Publisher::fail(std::string why) {
    why_ = std::move(why);
    state_ = State::Failed;
    socket_.close();
}

void Publisher::connect(const sockaddr_in& server) {
    greeting_.clear();
    unsent_.clear();
    reader_ = {};
    writer_ = {};
    next_ = film_round_ = 0;
    state_ = State::Connecting;
    socket_ = connect_from(number_, server);
    if (!socket_.is_open()) fail("cannot connect");
}

void Publisher::stop() {
    if (state_ == State::Live) {
        call("FCUnpublish", 6, {wire::Amf0Value(), key_});
        call("deleteStream", 7, {wire::Amf0Value(), double{stream_id}});
    }
    socket_.close();
    state_ = State::Off;
}

void Publisher::on_ready() {
    if (state_ == State::Connecting) say_hello();
    if (!unsent_.empty()) flush();
    if (socket_.is_open()) read();
}

void Publisher::say_hello() {
    int error = 0;
    socklen_t size = sizeof(error);
    ::getsockopt(socket_.fd(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return fail("connection refused");
    state_ = State::Shaking;
    ByteVector hello(1 + handshake_part_bytes);  // C1 of zeros: the simple handshake
    hello[0] = std::byte{3};
    write(hello, {});
}

void Publisher::read() {
    std::array<std::byte, 8192> buffer;
    while (socket_.is_open()) {
        const ssize_t count = ::recv(socket_.fd(), buffer.data(), buffer.size(), 0);
        if (count == 0) return fail("the server closed the connection");
        if (count < 0 && errno == EAGAIN) return;
        if (count < 0) return fail("the connection was lost");
        on_bytes(ByteSpan(buffer).first(static_cast<std::size_t>(count)));
    }
}

void Publisher::on_bytes(ByteSpan in) {
    if (state_ == State::Shaking) {
        const std::size_t missing = std::min(greeting_bytes - greeting_.size(), in.size());
        greeting_.insert(greeting_.end(), in.begin(),
                         in.begin() + static_cast<std::ptrdiff_t>(missing));
        in = in.subspan(missing);
        if (greeting_.size() < greeting_bytes) return;
        write(ByteSpan(greeting_).subspan(1, handshake_part_bytes), {});  // C2 is S1
        state_ = State::Commands;
        ByteVector out;
        writer_.write(out, 2, wire::rtmp_set_chunk_size(chunk_bytes));
        writer_.set_chunk_size(chunk_bytes);
        write(out, {});
        call("connect", 1,
             {wire::Amf0Value::object({{"app", app_},
                                       {"type", "nonprivate"},
                                       {"flashVer", "FMLE/3.0 (bench)"},
                                       {"tcUrl", "rtmp://127.0.0.1/" + app_}})});
    }
    while (!in.empty() && socket_.is_open()) {
        const auto message = reader_.next(in);
        if (!message) return fail(message.error().message);
        if (!*message) return;
        if ((*message)->type != wire::RtmpType::CommandAmf0) continue;
        const auto command = wire::parse_rtmp_command(**message);
        if (!command) return fail(command.error().message);
        on_command(*command);
    }
}

void Publisher::on_command(const wire::RtmpCommand& command) {
    if (command.name == "_error") return fail("the server refused a command");
    if (command.name == "_result" && command.transaction_id == 1) {
        call("createStream", 2, {wire::Amf0Value()});
    } else if (command.name == "_result" && command.transaction_id == 2) {
        call("publish", 3, {wire::Amf0Value(), key_, "live"}, stream_id);
    } else if (command.name == "onStatus") {
        const wire::Amf0Object* status = command.argument(1).as_object();
        const std::string code(status == nullptr ? "" : status->text("code").value_or(""));
        if (code != "NetStream.Publish.Start") return fail(code);
        state_ = State::Live;
        film_began_ns_ = now_ns();
    }
}

void Publisher::call(std::string name, double transaction, std::vector<wire::Amf0Value> arguments,
                     std::uint32_t on_stream) {
    const wire::RtmpCommand command{
        .name = std::move(name), .transaction_id = transaction, .arguments = std::move(arguments)};
    ByteVector out;
    writer_.write(out, 3, to_message(command, on_stream));
    write(out, {});
}

std::int64_t Publisher::due_ns() const {
    if (state_ != State::Live) return std::numeric_limits<std::int64_t>::max();
    return film_began_ns_ + film_.messages()[next_].at_ms * ns_per_ms;
}

void Publisher::push_due(std::int64_t now) {
    while (state_ == State::Live && due_ns() <= now) {
        const FilmMessage& message = film_.messages()[next_];
        if (!message.opens_film || film_round_ == 0) {
            behind_ns_max_ = std::max(behind_ns_max_, now - due_ns());
            push(message);
        }
        if (++next_ < film_.messages().size()) continue;
        next_ = 0;
        ++film_round_;
        film_began_ns_ += film_.duration_ms() * ns_per_ms;
    }
}

void Publisher::push(const FilmMessage& message) {
    const std::uint32_t at_ms = film_round_ * film_.duration_ms() + message.at_ms;
    constexpr std::uint32_t extended_from = 0xFFFFFF;  // RTMP 1.0, 5.3.1.3
    ByteWriter out;
    out.u8(static_cast<std::uint8_t>(chunk_stream_of(message.type)));
    out.u24(std::min(at_ms, extended_from));
    out.u24(static_cast<std::uint32_t>(message.body.size()));
    out.u8(static_cast<std::uint8_t>(message.type));
    out.u32(stream_id << 24);  // the only little-endian number of RTMP
    if (at_ms >= extended_from) out.u32(at_ms);
    if (traces_ && !message.opens_film) trace_.push_back({message.type, at_ms, now_ns()});
    write(out.span(), message.body);
    ++messages_sent_;
    trace_.push_back({message.type, at_ms, now_ns()});
}

void Publisher::write(ByteSpan header, ByteSpan body) {
    if (!socket_.is_open()) return;
    std::size_t sent = 0;
    if (unsent_.empty()) {
        std::array<iovec, 2> pieces{{{const_cast<std::byte*>(header.data()), header.size()},
                                     {const_cast<std::byte*>(body.data()), body.size()}}};
        msghdr message{};
        message.msg_iov = pieces.data();
        message.msg_iovlen = pieces.size();
        const ssize_t count = ::sendmsg(socket_.fd(), &message, MSG_NOSIGNAL);
        if (count < 0 && errno != EAGAIN) return fail("the connection was lost");
        sent = static_cast<std::size_t>(std::max<ssize_t>(count, 0));
    }
    if (sent == header.size() + body.size()) return;
    // A server that does not read for seconds has failed its encoder.
    constexpr std::size_t unsent_max = 1 << 20;
    if (unsent_.size() > unsent_max) return fail("the server does not keep up");
    const std::size_t of_header = std::min(sent, header.size());
    unsent_.insert(unsent_.end(), header.begin() + static_cast<std::ptrdiff_t>(of_header),
                   header.end());
    unsent_.insert(unsent_.end(), body.begin() + static_cast<std::ptrdiff_t>(sent - of_header),
                   body.end());
}

void Publisher::flush() {
    const ssize_t count = ::send(socket_.fd(), unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
    if (count < 0) {
        if (errno != EAGAIN) fail("the connection was lost");
        return;
    }
    unsent_.erase(unsent_.begin(), unsent_.begin() + count);
}

}  // namespace shopcast::bench
