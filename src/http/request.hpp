#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "wire/http1.hpp"
#include "wire/url.hpp"

namespace shopcast::async {
class Loop;
}

namespace shopcast::http {

using wire::Method;

/// One value of a route's pattern: {"channel", "studio-1"} for "/watch/:channel".
struct RouteParam {
    std::string_view name;
    std::string_view value;
};

/// A request with its whole body. Owned by its connection; every view lives until the handler's
/// Task has ended, across its suspensions too.
class Request {
public:
    Method method() const { return head_->method; }
    bool is_head() const { return head_->method == Method::Head; }
    /// Decoded and normalised: begins with "/", holds no "..", no "//" and no NUL.
    std::string_view path() const { return path_; }
    /// As it arrived, query included.
    std::string_view target() const { return head_->target; }

    /// What ":name" or "*name" of the route's pattern matched; empty for any other name.
    std::string_view param(std::string_view name) const;
    /// The decoded value of the first such field of the query.
    std::optional<std::string> query(std::string_view name) const;
    bool has_query() const { return !query_.empty(); }
    /// Undecoded: what stands behind "?".
    std::string_view raw_query() const { return query_; }

    /// The first header of that name (any case); empty when there is none.
    std::string_view header(std::string_view name) const { return head_->header(name); }
    ByteSpan body() const { return body_; }
    /// "127.0.0.1:50312" or "unix". Behind a trusted proxy the client it speaks for, with port 0
    /// where it tells none.
    std::string_view peer() const { return peer_; }
    /// It came over TLS: to this server, or to the trusted proxy that speaks for the client
    /// (X-Forwarded-Proto).
    bool is_tls() const { return is_tls_; }
    /// Its route's admit() let it in.
    bool is_admitted() const { return is_admitted_; }
    /// The loop of this connection: for waits and for what lives on this thread.
    async::Loop& loop() const { return *loop_; }

private:
    friend class Connection;
    friend class H2Stream;
    friend class Router;

    /// Path and query of the head's target; `storage` holds the path where it had to be decoded.
    /// False: it is malformed.
    bool take_target(std::string& storage);

    static constexpr std::size_t params_max = 8;

    const wire::RequestHead* head_ = nullptr;
    async::Loop* loop_ = nullptr;
    std::string_view path_;
    std::string_view query_;
    std::string_view peer_;
    bool is_tls_ = false;
    bool is_admitted_ = false;
    ByteSpan body_;
    std::array<RouteParam, params_max> params_;
    std::size_t params_count_ = 0;
};

}  // namespace shopcast::http
