#pragma once

#include <nghttp2/nghttp2.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/test_tls_server.hpp"

/// For tests: an HTTP/2 client that sends exactly the frames it is told to.
namespace shopcast::http {

struct H2Frame {
    static constexpr int none = -1;  ///< the connection ended

    int type = none;
    int flags = 0;
    std::int32_t stream = 0;
    std::string payload;

    bool ends_stream() const { return (flags & NGHTTP2_FLAG_END_STREAM) != 0; }
    std::uint32_t number_at(std::size_t at) const {
        std::uint32_t out = 0;
        for (const char c : payload.substr(at, 4)) out = out << 8 | static_cast<unsigned char>(c);
        return out;
    }
};

struct H2Answer {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> fields;
    std::string body;
    std::optional<std::uint32_t> reset;      ///< code of RST_STREAM
    std::optional<std::uint32_t> gone_away;  ///< code of GOAWAY, where that came instead

    std::string header(std::string_view name) const {
        for (const auto& [each, value] : fields) {
            if (each == name) return value;
        }
        return {};
    }
};

/// HPACK without compression: what a test wants to say, byte for byte.
class Fields {
public:
    static Fields get(std::string_view path) { return request("GET", path); }
    static Fields request(std::string_view method, std::string_view path) {
        return Fields()
            .add(":method", method)
            .add(":scheme", "https")
            .add(":path", path)
            .add(":authority", "test.example");
    }
    Fields& add(std::string_view name, std::string_view value) {
        bytes_ += '\0';
        append_text(name);
        append_text(value);
        return *this;
    }
    /// Also puts it into the dynamic table, as its newest entry: index 62.
    Fields& add_indexed(std::string_view name, std::string_view value) {
        bytes_ += '\x40';
        append_text(name);
        append_text(value);
        return *this;
    }
    Fields& repeat_newest(std::size_t times) {
        bytes_.append(times, static_cast<char>(0x80 | 62));
        return *this;
    }
    const std::string& bytes() const { return bytes_; }

private:
    void append_text(std::string_view text) {
        if (text.size() < 127) {
            bytes_ += static_cast<char>(text.size());
        } else {
            bytes_ += '\x7f';
            std::size_t rest = text.size() - 127;
            for (; rest >= 128; rest /= 128) bytes_ += static_cast<char>(0x80 | rest % 128);
            bytes_ += static_cast<char>(rest);
        }
        bytes_ += text;
    }

    std::string bytes_;
};

class H2Client {
public:
    static constexpr int headers_end = NGHTTP2_FLAG_END_HEADERS;
    static constexpr int all_ends = NGHTTP2_FLAG_END_HEADERS | NGHTTP2_FLAG_END_STREAM;

    /// `settings`: pairs of identifier and value.
    static async::Task<H2Client> open(TlsServer& server,
                                      std::vector<std::pair<int, std::uint32_t>> settings = {}) {
        H2Client out = co_await open_silent(server);
        std::string payload;
        for (const auto& [id, value] : settings) {
            payload += static_cast<char>(id >> 8);
            payload += static_cast<char>(id);
            append_number(payload, value);
        }
        co_await out.send_text(NGHTTP2_CLIENT_MAGIC);
        co_await out.send(NGHTTP2_SETTINGS, 0, 0, payload);
        co_return out;
    }
    /// Nothing but the handshake.
    static async::Task<H2Client> open_silent(TlsServer& server) {
        auto plain = co_await server.connect_plain();
        auto stream = net::tls_client(std::move(plain), {.protocols = "\x02h2"});
        const auto shaken = co_await stream->handshake(std::chrono::seconds(5));
        REQUIRE(shaken);
        REQUIRE(stream->protocol() == "h2");
        stream->set_deadline(server.loop.now() + async::test_patience);
        co_return H2Client(std::move(stream));
    }

    static std::string frame(int type, int flags, std::int32_t stream, std::string_view payload) {
        std::string out;
        append_number(out, static_cast<std::uint32_t>(payload.size() << 8 | unsigned(type)));
        out += static_cast<char>(flags);
        append_number(out, static_cast<std::uint32_t>(stream));
        return out.append(payload);
    }
    static std::string number(std::uint32_t value) {
        std::string out;
        append_number(out, value);
        return out;
    }
    async::Task<void> send_text(std::string text) { (void)co_await stream_->write(as_bytes(text)); }
    async::Task<void> send(int type, int flags, std::int32_t stream, std::string payload) {
        co_await send_text(frame(type, flags, stream, payload));
    }
    async::Task<void> send_get(std::int32_t stream, std::string path) {
        co_await send(NGHTTP2_HEADERS, all_ends, stream, Fields::get(path).bytes());
    }

    async::Task<H2Frame> next() {
        constexpr std::size_t head_bytes = 9;
        H2Frame out;
        while (received_.size() < head_bytes || received_.size() < head_bytes + length()) {
            std::vector<std::byte> buffer(64 * 1024);
            const auto count = co_await stream_->read_some(buffer);
            if (!count) {
                timed_out_ = count.error().code == Errc::Timeout;
                co_return out;
            }
            received_.append(as_text(buffer).substr(0, *count));
        }
        out.type = static_cast<unsigned char>(received_[3]);
        out.flags = static_cast<unsigned char>(received_[4]);
        out.stream =
            static_cast<std::int32_t>(H2Frame{.payload = received_.substr(5)}.number_at(0));
        out.payload = received_.substr(head_bytes, length());
        received_.erase(0, head_bytes + out.payload.size());
        co_return out;
    }
    /// The next frame of that type; others are passed over. Type `none` when none came.
    async::Task<H2Frame> next_of(int type) {
        for (;;) {
            H2Frame out = co_await next();
            if (out.type == type || out.type == H2Frame::none) co_return out;
        }
    }
    /// What is answered on `stream`; what others get meanwhile is dropped. Opens the windows again
    /// as it reads, unless told otherwise.
    async::Task<H2Answer> answer(std::int32_t stream, bool opens_windows = true) {
        H2Answer out;
        for (;;) {
            const H2Frame frame = co_await next();
            if (frame.type == H2Frame::none) co_return out;
            if (frame.type == NGHTTP2_GOAWAY) {
                out.gone_away = frame.number_at(4);
                if (*out.gone_away != 0) co_return out;
            }
            if (frame.type == NGHTTP2_HEADERS) inflate(frame.payload, frame.stream == stream, out);
            if (frame.type == NGHTTP2_DATA && opens_windows && !frame.payload.empty()) {
                const auto size = static_cast<std::uint32_t>(frame.payload.size());
                co_await send(NGHTTP2_WINDOW_UPDATE, 0, 0, number(size));
                co_await send(NGHTTP2_WINDOW_UPDATE, 0, frame.stream, number(size));
            }
            if (frame.stream != stream || frame.type > NGHTTP2_RST_STREAM) continue;
            if (frame.type == NGHTTP2_DATA) out.body += frame.payload;
            if (frame.type == NGHTTP2_RST_STREAM) out.reset = frame.number_at(0);
            if (out.reset || frame.ends_stream()) co_return out;
        }
    }
    async::Task<H2Answer> get(std::int32_t stream, std::string path) {
        co_await send_get(stream, std::move(path));
        co_return co_await answer(stream);
    }
    /// The code of the GOAWAY that ends this connection; none when it ends without.
    async::Task<std::optional<std::uint32_t>> goodbye() {
        const H2Frame frame = co_await next_of(NGHTTP2_GOAWAY);
        if (frame.type == H2Frame::none) co_return std::nullopt;
        co_return frame.number_at(4);
    }
    bool timed_out() const { return timed_out_; }
    net::Stream& stream() { return *stream_; }

private:
    explicit H2Client(std::unique_ptr<net::Stream> stream) : stream_(std::move(stream)) {
        nghttp2_hd_inflater* inflater = nullptr;
        nghttp2_hd_inflate_new(&inflater);
        inflater_.reset(inflater);
    }

    static void append_number(std::string& out, std::uint32_t value) {
        for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift);
    }
    std::size_t length() const { return H2Frame{.payload = received_}.number_at(0) >> 8; }

    void inflate(std::string_view block, bool wanted, H2Answer& out) {
        const auto* at = reinterpret_cast<const std::uint8_t*>(block.data());
        std::size_t left = block.size();
        for (;;) {
            nghttp2_nv field{};
            int flags = 0;
            const ssize_t used =
                nghttp2_hd_inflate_hd2(inflater_.get(), &field, &flags, at, left, 1);
            REQUIRE(used >= 0);
            at += used;
            left -= static_cast<std::size_t>(used);
            if ((flags & NGHTTP2_HD_INFLATE_EMIT) != 0 && wanted) {
                std::string name(reinterpret_cast<const char*>(field.name), field.namelen);
                std::string value(reinterpret_cast<const char*>(field.value), field.valuelen);
                if (name == ":status") out.status = parse_int<int>(value).value_or(-1);
                out.fields.emplace_back(std::move(name), std::move(value));
            }
            if ((flags & NGHTTP2_HD_INFLATE_FINAL) != 0) break;
        }
        nghttp2_hd_inflate_end_headers(inflater_.get());
    }

    struct FreeInflater {
        void operator()(nghttp2_hd_inflater* inflater) const { nghttp2_hd_inflate_del(inflater); }
    };

    std::unique_ptr<net::Stream> stream_;
    std::unique_ptr<nghttp2_hd_inflater, FreeInflater> inflater_;
    std::string received_;
    bool timed_out_ = false;
};

}  // namespace shopcast::http
