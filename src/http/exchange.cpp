#include "http/exchange.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "http/route.hpp"
#include "http/shard.hpp"
#include "wire/forwarded.hpp"

namespace shopcast::http {

Refusal refusal_of(wire::HeadStatus status) {
    switch (status) {
        case wire::HeadStatus::UriTooLong: return {414, "uri_too_long"};
        case wire::HeadStatus::HeadersTooLarge: return {431, "headers_too_large"};
        case wire::HeadStatus::NotImplemented: return {501, "coding_not_supported"};
        case wire::HeadStatus::VersionNotSupported: return {505, "version_not_supported"};
        default: return {400, "malformed_request"};
    }
}

RefusalKind kind_of(int status) {
    if (status == 503) return RefusalKind::Busy;
    return status == 413 ? RefusalKind::InvalidInput : RefusalKind::MalformedHttp;
}

Refusal body_refusal_of(Errc why) {
    switch (why) {
        case Errc::TooLarge: return {413, "body_too_large"};
        case Errc::Busy: return {503, "busy"};
        default: return {400, "malformed_body"};
    }
}

Error too_many_bodies() {
    return {Errc::Busy, "too many large requests are on their way; send it again in a moment"};
}

bool hold_body(ServerShared& shared, Share& share, std::string_view peer, std::size_t more) {
    if (share) return share.grow(more);
    share = shared.bodies.take(net::limited_as(peer), more);
    return bool{share};
}

Response answer_without_handler(const Router::Match& match) {
    if (match.outcome == Router::Outcome::Options) {
        Response out(204);
        out.header("Allow", match.allow);
        if (match.route->cors) {
            out.header("Access-Control-Allow-Methods", match.allow)
                .header("Access-Control-Allow-Headers", "Content-Type, If-None-Match, Range")
                .header("Access-Control-Max-Age", "86400");
        }
        return out;
    }
    Response out =
        Response::problem(405, "method_not_allowed", "This address does not accept that method.",
                          "The Allow header names those it does.");
    out.header("Allow", match.allow);
    return out;
}

std::string peer_of(const wire::RequestHead& head, const Admission& admission) {
    if (!admission.is_trusted_proxy()) return admission.peer();
    const auto& trusted = admission.shard().shared().options.proxies.trusted;
    const auto client = wire::forwarded_client(head, trusted);
    return client ? client->to_string() : admission.peer();
}

bool is_tls(const wire::RequestHead& head, const Admission& admission) {
    if (!admission.is_trusted_proxy()) return admission.is_tls();
    // The nearest proxy adds the last word; those before it may be anybody's.
    std::string_view said;
    for (std::size_t i = 0; i < head.headers_count; ++i) {
        const wire::HeaderField field = head.field(i);
        if (iequals(field.name, "X-Forwarded-Proto")) said = field.value;
    }
    if (said.empty()) return admission.is_tls();
    return iequals(trim(split(said, ',').back()), "https");
}

void count_response(ServerShared& shared, const Router::Route* route, int status,
                    std::uint64_t bytes) {
    if (route != nullptr) {
        const auto code_class = static_cast<std::size_t>(status / 100 - 1);
        route->requests[std::min(code_class, route->requests.size() - 1)]->add();
    }
    shared.response_bytes.add(bytes);
}

}  // namespace shopcast::http
