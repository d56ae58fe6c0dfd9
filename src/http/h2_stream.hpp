#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/h2_session.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "http/router.hpp"
#include "http/shard.hpp"

namespace shopcast::http {

/// One request on an HTTP/2 connection and its response. The task that answers it shares it with
/// the connection, so that the request outlives a client that has gone.
class H2Stream {
public:
    H2Stream(Shard& shard, std::int32_t id, std::string_view peer);

    void add_field(std::string_view name, std::string_view value);
    /// What the head says once all fields are here: Complete, or why it is refused.
    wire::HeadResult read_head();
    /// Request for the router. REQUIRES: read_head() gave Complete. False: its path is malformed.
    bool read_target() { return request_.take_target(path_storage_); }
    /// For whom a proxy sends the request, and whether that one speaks TLS.
    void set_client(std::string peer, bool tls) {
        peer_storage_ = std::move(peer);
        request_.peer_ = peer_storage_;
        request_.is_tls_ = tls;
    }
    /// False: it is larger than `bytes_max`.
    bool add_body(ByteSpan piece, std::size_t bytes_max);
    /// It was refused: nothing of it is wanted any more.
    void drop_body() {
        body_ = {};
        body_share = {};
    }
    std::string_view peer() const { return request_.peer(); }
    /// The whole request is here.
    Request& request();
    /// A refused request has nothing that the response should obey (HEAD, Range).
    void forget_head();

    /// Takes over what answers the request; gives the status and the head's lines without the
    /// first one.
    struct Answer {
        int status;
        std::span<char> lines;
        H2Body* body;  ///< null: none
    };
    Answer take_response(Response response, bool cors);

    const wire::RequestHead& head() const { return head_; }
    std::size_t body_bytes() const { return body_.size(); }
    void set_admitted() { request_.is_admitted_ = true; }

    // Constant after construction.
    const std::int32_t id;

    // Owned by the connection.
    std::optional<Router::Match> match;  ///< none: the request reached no route
    SteadyTime deadline{};               ///< of the request, then of reading the response
    SteadyTime started{};                ///< the request's last byte
    bool request_ended = false;
    bool answering = false;  ///< a task is at work; deadline does not count
    bool responded = false;
    bool closed = false;
    Share body_share;  ///< of its body's bytes

private:
    Shard& shard_;
    // The request as an HTTP/1.1 head, for the one parser of heads that there is. Views of
    // `head_` lie in `text_`.
    std::string method_;
    std::string path_;
    std::string authority_;
    std::string cookies_;
    std::string text_;
    std::size_t fields_bytes_ = 0;
    wire::RequestHead head_;
    std::string path_storage_;
    std::string peer_storage_;
    ByteVector body_;
    Request request_;

    std::optional<Response> response_;
    std::string lines_;
    H2Body rest_;
};

}  // namespace shopcast::http
