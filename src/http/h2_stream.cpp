#include "http/h2_stream.hpp"

#include "http/response_head.hpp"

namespace shopcast::http {
namespace {

/// RFC 9113, 6.5.2: what one field counts beside its name and value.
constexpr std::size_t field_overhead_bytes = 32;

}  // namespace

H2Stream::H2Stream(Shard& shard, std::int32_t stream_id, std::string_view peer)
    : id(stream_id), shard_(shard) {
    request_.head_ = &head_;
    request_.loop_ = &shard.loop();
    request_.peer_ = peer;
    request_.is_tls_ = true;
}

void H2Stream::add_field(std::string_view name, std::string_view value) {
    fields_bytes_ += name.size() + value.size() + field_overhead_bytes;
    // From here on only counted: a table of 4 KiB can repeat one field a thousand times in a
    // kilobyte.
    if (fields_bytes_ > shard_.limits().head_bytes_max) return;
    if (name == ":method") {
        method_ = value;
    } else if (name == ":path") {
        path_ = value;
    } else if (name == ":authority") {
        authority_ = value;
    } else if (name == "cookie") {
        // RFC 9113, 8.2.3: one header, however it was cut for compression.
        cookies_.append(cookies_.empty() ? "" : "; ").append(value);
    } else if (name == "host") {
        if (authority_.empty()) authority_ = value;
    } else if (!name.starts_with(':')) {
        text_.append(name).append(": ").append(value).append("\r\n");
    }
}

wire::HeadResult H2Stream::read_head() {
    if (fields_bytes_ > shard_.limits().head_bytes_max) {
        return {wire::HeadStatus::HeadersTooLarge, 0, "the request's headers are too large"};
    }
    std::string whole;
    whole.reserve(fields_bytes_);
    whole.append(method_).append(" ").append(path_).append(" HTTP/1.1\r\nhost: ");
    whole.append(authority_).append("\r\n").append(text_);
    if (!cookies_.empty()) whole.append("cookie: ").append(cookies_).append("\r\n");
    text_ = std::move(whole.append("\r\n"));
    auto result = wire::parse_request_head(text_, 0, shard_.limits().head_bytes_max, head_);
    if (result.status == wire::HeadStatus::NeedMore) result.status = wire::HeadStatus::BadRequest;
    return result;
}

bool H2Stream::add_body(ByteSpan piece, std::size_t bytes_max) {
    if (body_.size() + piece.size() > bytes_max) return false;
    body_.insert(body_.end(), piece.begin(), piece.end());
    return true;
}

Request& H2Stream::request() {
    request_.body_ = body_;
    return request_;
}

void H2Stream::forget_head() {
    head_.method = Method::Other;
    head_.headers_count = 0;
}

H2Stream::Answer H2Stream::take_response(Response response, bool cors) {
    response_.emplace(std::move(response));
    const ResponseHead head(head_, *response_);
    head.render(shard_, {.keep = true, .cors = cors, .tls = request_.is_tls()}, lines_);
    const ResponseHead::Slice slice = head.body();
    if (slice.length > 0) {
        if (const auto* file = std::get_if<FileSlice>(&response_->body())) {
            rest_ = {{}, file->fd, file->offset + slice.first, slice.length};
        } else {
            rest_ = {std::get<Bytes>(response_->body()), -1, slice.first, slice.length};
        }
    }
    const std::size_t first_line = lines_.find('\n') + 1;
    return {head.status(), std::span(lines_).subspan(first_line),
            slice.length > 0 ? &rest_ : nullptr};
}

}  // namespace shopcast::http
