#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.hpp"
#include "http/response.hpp"
#include "wire/http1.hpp"

namespace shopcast::http {

class Shard;

/// What a response becomes for one request: 304 where the client has it already, 206 or 416 for a
/// Range, no body for HEAD; and its head as bytes. Refers to both while it lives.
class ResponseHead {
public:
    ResponseHead(const wire::RequestHead& request, const Response& response);

    /// What the head says of its connection and route.
    struct Way {
        bool keep = true;   ///< another request may follow
        bool cors = false;  ///< any origin may read it
        bool tls = false;   ///< the client speaks TLS, and shall go on to
    };
    /// Replaces `out`.
    void render(const Shard& shard, Way way, std::string& out) const;

    int status() const { return status_; }
    /// The part of the response's body to send; length 0: none.
    struct Slice {
        std::uint64_t first = 0;
        std::uint64_t length = 0;
    };
    Slice body() const { return sends_body_ ? body_ : Slice{}; }

private:
    bool not_modified() const;
    void apply_range();

    const wire::RequestHead& request_;
    const Response& response_;
    int status_;
    bool sends_body_;
    std::uint64_t size_;
    Slice body_;
};

}  // namespace shopcast::http
