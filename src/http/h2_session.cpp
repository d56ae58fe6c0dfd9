#include "http/h2_session.hpp"
#include <unistd.h>

#include <nghttp2/nghttp2.h>

#include <array>
#include <vector>

#include "base/check.hpp"
#include "http/limits.hpp"

namespace shopcast::http {
namespace {

constexpr std::size_t frame_head_bytes = 9;

nghttp2_nv field(std::string_view name, std::string_view value) {
    // nghttp2 copies both; it has no const form.
    return {reinterpret_cast<std::uint8_t*>(const_cast<char*>(name.data())),
            reinterpret_cast<std::uint8_t*>(const_cast<char*>(value.data())), name.size(),
            value.size(), NGHTTP2_NV_FLAG_NONE};
}

/// The lines of an HTTP/1.1 head as fields; RFC 9113, 8.2.1: names are in lower case.
void append_fields(std::span<char> lines, std::vector<nghttp2_nv>& out) {
    std::size_t at = 0;
    const std::string_view text(lines.data(), lines.size());
    while (at < text.size()) {
        const std::size_t end = text.find('\r', at);
        const std::size_t colon = text.find(':', at);
        if (end == at || colon > end) return;  // the empty line that ends the head
        for (char& c : lines.subspan(at, colon - at)) {
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
        }
        out.push_back(field(text.substr(at, colon - at), text.substr(colon + 2, end - colon - 2)));
        at = end + 2;
    }
}

/// Appends `length` bytes of the file; false, and nothing appended, when it has not as many.
bool append_file(int fd, std::uint64_t offset, std::size_t length, std::string& out) {
    const std::size_t before = out.size();
    // Filling with zeros first would cost a tenth of what encrypting does.
    out.resize_and_overwrite(before + length, [=](char* text, std::size_t size) {
        std::size_t have = before;
        while (have < size) {
            const ssize_t got =
                ::pread(fd, text + have, size - have, static_cast<off_t>(offset + have - before));
            if (got <= 0) return before;
            have += static_cast<std::size_t>(got);
        }
        return size;
    });
    return out.size() > before;
}

}  // namespace

struct H2Session::Callbacks {
    static H2Session& self(void* user) { return *static_cast<H2Session*>(user); }

    static int on_begin_frame(nghttp2_session* /*session*/, const nghttp2_frame_hd* head,
                              void* user) {
        H2Session& session = self(user);
        switch (head->type) {
            case NGHTTP2_HEADERS:
                session.in_head_ = (head->flags & NGHTTP2_FLAG_END_HEADERS) == 0;
                return 0;
            case NGHTTP2_RST_STREAM: return 0;
            case NGHTTP2_DATA:
                if (head->length > 0) return 0;
                break;
            default: break;
        }
        if (!session.guard_.on_control_frame(session.now_)) {
            session.terminate(Code::EnhanceYourCalm);
        }
        return 0;
    }

    static int on_begin_headers(nghttp2_session* /*session*/, const nghttp2_frame* frame,
                                void* user) {
        H2Session& session = self(user);
        if (frame->headers.cat != NGHTTP2_HCAT_REQUEST || session.ended_with_) return 0;
        const std::int32_t id = frame->hd.stream_id;
        if (!session.events_.on_request_begins(id)) session.reset(id, Code::RefusedStream);
        return 0;
    }

    static int on_header(nghttp2_session* /*session*/, const nghttp2_frame* frame,
                         const std::uint8_t* name, std::size_t name_length,
                         const std::uint8_t* value, std::size_t value_length,
                         std::uint8_t /*flags*/, void* user) {
        // Trailers say nothing that anybody here asks for.
        if (frame->hd.type != NGHTTP2_HEADERS || frame->headers.cat != NGHTTP2_HCAT_REQUEST) {
            return 0;
        }
        self(user).events_.on_field(frame->hd.stream_id,
                                    {reinterpret_cast<const char*>(name), name_length},
                                    {reinterpret_cast<const char*>(value), value_length});
        return 0;
    }

    static int on_frame_recv(nghttp2_session* /*session*/, const nghttp2_frame* frame, void* user) {
        H2Session& session = self(user);
        if (session.ended_with_) return 0;
        const std::int32_t id = frame->hd.stream_id;
        const bool ended = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
        switch (frame->hd.type) {
            case NGHTTP2_HEADERS:
                session.in_head_ = false;
                session.guard_.on_head_ended();
                if (frame->headers.cat == NGHTTP2_HCAT_REQUEST) {
                    session.events_.on_head_ended(id, ended);
                } else if (ended) {
                    session.events_.on_request_ended(id);
                }
                break;
            case NGHTTP2_DATA:
                if (ended) session.events_.on_request_ended(id);
                break;
            case NGHTTP2_RST_STREAM: session.count_reset(); break;
            default: break;
        }
        return 0;
    }

    static int on_data_chunk(nghttp2_session* raw, std::uint8_t /*flags*/, std::int32_t id,
                             const std::uint8_t* data, std::size_t length, void* user) {
        // The stream may go on; the connection only once release_body_bytes() says so.
        nghttp2_session_consume_stream(raw, id, length);
        self(user).events_.on_body(id, std::as_bytes(std::span(data, length)));
        return 0;
    }

    static int on_frame_send(nghttp2_session* /*session*/, const nghttp2_frame* frame, void* user) {
        H2Session& session = self(user);
        const std::uint8_t type = frame->hd.type;
        if (type == NGHTTP2_RST_STREAM && frame->rst_stream.error_code != NGHTTP2_NO_ERROR &&
            frame->rst_stream.error_code != NGHTTP2_CANCEL) {
            session.count_reset();
        }
        if (type == NGHTTP2_DATA) session.guard_.on_data_sent();
        const bool content = type == NGHTTP2_DATA || type == NGHTTP2_HEADERS;
        if (content && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) {
            session.events_.on_answered(frame->hd.stream_id);
        }
        return 0;
    }

    static int on_stream_close(nghttp2_session* /*session*/, std::int32_t id,
                               std::uint32_t /*code*/, void* user) {
        self(user).events_.on_closed(id);
        return 0;
    }

    /// A frame with its head fills one TLS record; nghttp2 keeps it within the client's windows.
    static ssize_t data_bytes_max(nghttp2_session* /*session*/, std::uint8_t /*type*/,
                                  std::int32_t /*id*/, std::int32_t /*session_window*/,
                                  std::int32_t /*stream_window*/, std::uint32_t /*frame_max*/,
                                  void* /*user*/) {
        return limits::h2_output_bytes / 2 - frame_head_bytes;
    }

    static ssize_t read_body(nghttp2_session* /*session*/, std::int32_t /*id*/,
                             std::uint8_t* /*into*/, std::size_t length, std::uint32_t* flags,
                             nghttp2_data_source* source, void* /*user*/) {
        const auto& body = *static_cast<const H2Body*>(source->ptr);
        const std::size_t count = std::min<std::uint64_t>(length, body.length);
        *flags |= NGHTTP2_DATA_FLAG_NO_COPY;
        if (count == body.length) *flags |= NGHTTP2_DATA_FLAG_EOF;
        return static_cast<ssize_t>(count);
    }

    /// The body's bytes go from where they lie into the output, without a buffer between.
    static int send_data(nghttp2_session* /*session*/, nghttp2_frame* /*frame*/,
                         const std::uint8_t* frame_head, std::size_t length,
                         nghttp2_data_source* source, void* user) {
        const H2Session& session = self(user);
        std::string& out = *session.out_;
        if (!out.empty() && out.size() + frame_head_bytes + length > session.out_bytes_max_) {
            return NGHTTP2_ERR_WOULDBLOCK;
        }
        auto& body = *static_cast<H2Body*>(source->ptr);
        const std::size_t before = out.size();
        out.append(reinterpret_cast<const char*>(frame_head), frame_head_bytes);
        if (body.fd < 0) {
            out.append(as_text(body.bytes.subspan(body.offset, length)));
        } else if (!append_file(body.fd, body.offset, length, out)) {
            out.resize(before);
            return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
        }
        body.offset += length;
        body.length -= length;
        return 0;
    }

    static int on_error(nghttp2_session* /*session*/, int /*code*/, const char* text,
                        std::size_t length, void* user) {
        self(user).failure_.assign(text, length);
        return 0;
    }

    /// The same for all sessions.
    static const nghttp2_session_callbacks* all() {
        static nghttp2_session_callbacks* const callbacks = [] {
            nghttp2_session_callbacks* out = nullptr;
            ENSURE(nghttp2_session_callbacks_new(&out) == 0, "out of memory");
            nghttp2_session_callbacks_set_on_begin_frame_callback(out, on_begin_frame);
            nghttp2_session_callbacks_set_on_begin_headers_callback(out, on_begin_headers);
            nghttp2_session_callbacks_set_on_header_callback(out, on_header);
            nghttp2_session_callbacks_set_on_frame_recv_callback(out, on_frame_recv);
            nghttp2_session_callbacks_set_on_data_chunk_recv_callback(out, on_data_chunk);
            nghttp2_session_callbacks_set_on_frame_send_callback(out, on_frame_send);
            nghttp2_session_callbacks_set_on_stream_close_callback(out, on_stream_close);
            nghttp2_session_callbacks_set_data_source_read_length_callback(out, data_bytes_max);
            nghttp2_session_callbacks_set_send_data_callback(out, send_data);
            nghttp2_session_callbacks_set_error_callback2(out, on_error);
            return out;
        }();
        return callbacks;
    }

    static const nghttp2_option* options() {
        static nghttp2_option* const option = [] {
            nghttp2_option* out = nullptr;
            ENSURE(nghttp2_option_new(&out) == 0, "out of memory");
            nghttp2_option_set_no_auto_window_update(out, 1);
            // Nobody here looks at streams that are over.
            nghttp2_option_set_no_closed_streams(out, 1);
            return out;
        }();
        return option;
    }
};

H2Session::H2Session(H2Events& events, std::size_t header_list_bytes_max) : events_(events) {
    const int made =
        nghttp2_session_server_new2(&session_, Callbacks::all(), this, Callbacks::options());
    ENSURE(made == 0, "out of memory");
    const std::array<nghttp2_settings_entry, 3> settings = {{
        {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits::h2_streams_max},
        {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<std::uint32_t>(header_list_bytes_max)},
        // RFC 9218, 2.1: the old tree of priorities is not kept.
        {NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1},
    }};
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
    nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0,
                                          static_cast<std::int32_t>(limits::h2_body_bytes_max));
}

H2Session::~H2Session() {
    nghttp2_session_del(session_);
}

void H2Session::count_reset() {
    if (!guard_.on_reset(now_)) terminate(Code::EnhanceYourCalm);
}

bool H2Session::receive(ByteSpan bytes, SteadyTime now) {
    if (ended_with_) return false;
    now_ = now;
    const ssize_t taken = nghttp2_session_mem_recv(
        session_, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    if (taken < 0) {
        failure_ = nghttp2_strerror(static_cast<int>(taken));
        terminate(taken == NGHTTP2_ERR_FLOODED ? Code::EnhanceYourCalm : Code::ProtocolError);
    } else if (in_head_ && !guard_.on_head_bytes(bytes.size())) {
        failure_ = "a head without end";
        terminate(Code::EnhanceYourCalm);
    }
    return !ended_with_;
}

bool H2Session::fill(std::string& out, std::size_t bytes_max) {
    out_ = &out;
    out_bytes_max_ = bytes_max;
    while (out.size() < bytes_max) {
        const std::uint8_t* data = nullptr;
        const ssize_t count = nghttp2_session_mem_send(session_, &data);
        if (count < 0) return false;
        if (count == 0) break;
        out.append(reinterpret_cast<const char*>(data), static_cast<std::size_t>(count));
    }
    return true;
}

bool H2Session::is_over() const {
    return nghttp2_session_want_read(session_) == 0 && nghttp2_session_want_write(session_) == 0;
}

void H2Session::respond(std::int32_t id, int status, std::span<char> lines, H2Body* body) {
    const std::string code = std::to_string(status);
    std::vector<nghttp2_nv> fields;
    fields.reserve(limits::h2_response_fields_usual);
    fields.push_back(field(":status", code));
    append_fields(lines, fields);
    nghttp2_data_provider provider{{.ptr = body}, Callbacks::read_body};
    nghttp2_submit_response(session_, id, fields.data(), fields.size(),
                            body == nullptr ? nullptr : &provider);
}

void H2Session::respond_continue(std::int32_t id) {
    const nghttp2_nv status = field(":status", "100");
    nghttp2_submit_headers(session_, NGHTTP2_FLAG_NONE, id, nullptr, &status, 1, nullptr);
}

void H2Session::reset(std::int32_t id, Code code) {
    nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, id, static_cast<std::uint32_t>(code));
}

void H2Session::release_body_bytes(std::size_t count) {
    if (count > 0) nghttp2_session_consume_connection(session_, count);
}

void H2Session::go_away() {
    nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE,
                          nghttp2_session_get_last_proc_stream_id(session_), NGHTTP2_NO_ERROR,
                          nullptr, 0);
}

void H2Session::terminate(Code code) {
    if (ended_with_) return;
    ended_with_ = code;
    nghttp2_session_terminate_session(session_, static_cast<std::uint32_t>(code));
}

}  // namespace shopcast::http
