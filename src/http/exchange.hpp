#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/pot.hpp"
#include "base/refusals.hpp"
#include "base/result.hpp"
#include "http/response.hpp"
#include "http/router.hpp"
#include "wire/http1.hpp"

/// What a request and its answer have in common, whichever version of HTTP carries them.
namespace shopcast::http {

class Admission;
struct ServerShared;

/// How a head that cannot be used is answered.
struct Refusal {
    int status;
    std::string_view code;
};
Refusal refusal_of(wire::HeadStatus status);

/// As what an answer counts that a request gets before it reaches a route.
RefusalKind kind_of(int status);

/// How a body that is not taken is answered.
Refusal body_refusal_of(Errc why);
Error too_many_bodies();
/// `more` bytes of a body for `share`, an empty one included. False: others, or others of the
/// peer's address, hold too many.
bool hold_body(ServerShared& shared, Share& share, std::string_view peer, std::size_t more);

/// The answer to OPTIONS, and to a method that this path does not have.
Response answer_without_handler(const Router::Match& match);

/// For whom a request speaks: the connection's peer, or whom a trusted proxy forwarded it for.
std::string peer_of(const wire::RequestHead& head, const Admission& admission);

/// Whether a request came over TLS: to here, or as its trusted proxy says to that one.
bool is_tls(const wire::RequestHead& head, const Admission& admission);

/// Counts a response that is about to be written; `route` is null for a request that reached none.
void count_response(ServerShared& shared, const Router::Route* route, int status,
                    std::uint64_t bytes);

}  // namespace shopcast::http
