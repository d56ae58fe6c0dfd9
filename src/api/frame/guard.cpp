#include "api/frame/guard.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "api/frame/addresses.hpp"
#include "api/frame/cookies.hpp"
#include "api/frame/origin.hpp"
#include "api/frame/refused.hpp"
#include "api/frame/replies.hpp"
#include "base/text.hpp"
#include "net/stream.hpp"
#include "wire/ip_address.hpp"

namespace shopcast::api {
namespace {

using people::Access;
using people::Decision;

bool changes_something(http::Method method) {
    return method != http::Method::Get && method != http::Method::Head;
}

bool is_json(std::string_view content_type) {
    return iequals(trim(content_type.substr(0, content_type.find(';'))), "application/json");
}

bool is_picture(std::string_view content_type) {
    return iequals(content_type, "image/jpeg") || iequals(content_type, "image/png") ||
           iequals(content_type, "image/webp");
}

/// 1 to 64 printable characters.
bool is_idempotency_key(std::string_view key) {
    return !key.empty() && key.size() <= 64 &&
           std::ranges::all_of(key, [](char c) { return c > 0x20 && c < 0x7f; });
}

std::string_view bearer_of(const http::Request& request) {
    constexpr std::string_view scheme = "Bearer ";
    const std::string_view header = request.header("Authorization");
    if (header.size() <= scheme.size() || !iequals(header.substr(0, scheme.size()), scheme)) {
        return {};
    }
    return trim(header.substr(scheme.size()));
}

/// Whoever is refused is named, unless it was another who was meant.
Problem named(Problem problem, const Call& call) {
    if (problem.account.empty() && call.caller.who) problem.account = call.account().value;
    return problem;
}

}  // namespace

Guard::Guard(people::People& people, const show::ChannelDirectory& channels,
             const shop::ShopDirectory& shops, Refusals& refusals, const Clock& clock,
             Random& random)
    : people_(people),
      channels_(channels),
      shops_(shops),
      refusals_(refusals),
      clock_(clock),
      answers_(clock, random) {}

Checked<Call> Guard::let_in(const GuardedRoute& guarded, http::Request& request, bool has_body) {
    TRY_VOID(check_name(guarded, request));
    Call call{request, TRY(caller_of(request))};
    auto checked = check(guarded, call, has_body);
    if (!checked) return std::unexpected(named(std::move(checked).error(), call));
    return call;
}

Checked<void> Guard::check(const GuardedRoute& guarded, const Call& call, bool has_body) {
    // Not twice of one request: it would count twice.
    if (changes_something(guarded.route.method) && !call.request.is_admitted()) {
        TRY_VOID(check_change(guarded, call, has_body));
    }
    return check_needs(guarded.route, call);
}

std::optional<http::Response> Guard::admit(const GuardedRoute& guarded, http::Request& request) {
    auto call = let_in(guarded, request, true);
    if (call) return std::nullopt;
    return finished(guarded.route, request, std::unexpected(std::move(call).error()));
}

async::Task<http::Response> Guard::answer(const GuardedRoute& guarded, http::Request& request) {
    auto call = let_in(guarded, request, !request.body().empty());
    if (!call) {
        co_return finished(guarded.route, request, std::unexpected(std::move(call).error()));
    }
    Reply outcome = co_await answer_once(guarded, *call);
    if (!outcome) outcome = std::unexpected(named(std::move(outcome).error(), *call));
    co_return finished(guarded.route, request, std::move(outcome));
}

http::Response Guard::finished(const ApiRoute& route, const http::Request& request, Reply outcome) {
    if (!outcome) tell_refused(route, request, outcome.error());
    http::Response response = outcome ? *std::move(outcome) : to_response(outcome.error());
    if (!route.traits.is_public || response.status() >= 400) {
        response.header("Cache-Control", "no-store");
    }
    return response;
}

void Guard::tell_refused(const ApiRoute& route, const http::Request& request,
                         const Problem& problem) {
    const auto kind = refusal_kind(problem);
    if (!kind) return;
    const std::string address = net::limited_as(request.peer());
    const std::string why =
        fmt::format("{} {}: {}", wire::to_string(route.method), route.pattern, problem.code);
    refusals_.add({.kind = *kind, .address = address, .account = problem.account, .why = why});
}

Checked<void> Guard::check_name(const GuardedRoute& guarded, const http::Request& request) const {
    const std::string_view host = request.header("Host");
    // Providers call the address that they were told, and prove who they are.
    if (guarded.route.traits.is_signed || is_own_name(host, people_.settings())) return {};
    return problem(421, "unknown_name",
                   fmt::format("This server is not known as {}.", host_in(host)),
                   "Its operator adds the name to server.names, or sets server.public_url.");
}

Checked<people::Caller> Guard::caller_of(const http::Request& request) {
    if (const std::string_view token = bearer_of(request); !token.empty()) {
        people::Caller caller = people_.tokens().find(token, net::host_of(request.peer()));
        if (caller.who) return caller;
        // Not as a stranger: who sends a token wants to know that it has ended.
        return problem(401, "token_invalid", "This API token is unknown or has ended.",
                       "Make a new one on the account page.");
    }
    const std::string_view token = session_token_of(request);
    if (token.empty()) return people::Caller{};
    const auto transport = request.is_tls() ? people::Transport::Tls : people::Transport::Plain;
    return people_.sessions().find(token, transport);
}

Checked<void> Guard::check_change(const GuardedRoute& guarded, const Call& call, bool has_body) {
    const RouteTraits& traits = guarded.route.traits;
    if (traits.is_signed) return {};
    if (traits.is_report) return check_pace(guarded, call);
    if (!call.caller.by_token()) {
        const Sender sender = sender_of(call.request, people_.settings().public_url);
        // Signing in counts too: a page could sign its visitor in as somebody else.
        const bool in_whose_name = !call.request.header("Cookie").empty();
        if (sender == Sender::OtherPage || (sender == Sender::Unknown && in_whose_name)) {
            return problem(403, "cross_site", "The request comes from a page of another site.",
                           "Programs use an API token; pages must come from this server.");
        }
    }
    const std::string_view type = call.request.header("Content-Type");
    if (traits.takes_picture && !is_picture(type)) {
        return problem(415, "not_a_picture", "The body must be a JPEG, PNG or WebP picture.",
                       "Send its bytes with Content-Type: image/jpeg, image/png or image/webp.");
    }
    if (!traits.takes_picture && has_body && !is_json(type)) {
        return problem(415, "not_json", "The body must be JSON.",
                       "Send it with Content-Type: application/json.");
    }
    return check_pace(guarded, call);
}

/// Who is signed in has a share of his own; everybody else that of his address.
Checked<void> Guard::check_pace(const GuardedRoute& guarded, const Call& call) {
    const SteadyTime now = clock_.steady();
    const auto wait_of = [&] {
        const std::string from = wire::counted_as(call.address());
        if (guarded.route.traits.is_report) return reports_.take(from, now);
        if (!call.caller.who) return strangers_.take(from, now);
        const bool is_staff = guarded.route.needs.action == people::Action::ManageCatalogue &&
                              check_needs(guarded.route, call).has_value();
        return (is_staff ? staff_ : accounts_).take(call.account().value, now);
    };
    const Milliseconds wait = wait_of();
    if (wait <= Milliseconds{0}) return {};
    Problem slower(429, "too_many_requests", "Too many changes in a short time.",
                   "Wait as long as Retry-After says.");
    slower.retry_after = wait;
    return std::unexpected(std::move(slower));
}

Checked<void> Guard::check_needs(const ApiRoute& route, const Call& call) const {
    const Needs& needs = route.needs;
    if (needs.kind == Needs::Kind::Nobody) return {};
    if (needs.kind == Needs::Kind::Account) {
        if (!call.caller.who) return require(Decision::SignInRequired, not_found("page", ""));
        if (!call.caller.by_token()) return {};
        return problem(403, "session_required", "An API token cannot manage its own account.",
                       "Sign in with a browser.");
    }
    return check_permission(needs, call);
}

Checked<void> Guard::check_permission(const Needs& needs, const Call& call) const {
    // First whether the caller does this anywhere at all, so that a role says nothing about which
    // objects there are.
    const people::Reach reach = people::reach_of(call.caller, needs.action);
    if (reach.level == people::Level::None) {
        return require(call.caller.who ? Decision::Forbidden : Decision::SignInRequired,
                       not_found("page", ""));
    }
    if (needs.where == Needs::Where::Server && !reach.everywhere()) {
        return require(Decision::Forbidden, not_found("page", ""));
    }
    people::Target target;
    Problem missing = not_found("shop", call.request.param("shop"));
    bool is_there = true;
    if (needs.where == Needs::Where::Channel) {
        const auto channel = channels_.find(call.request.param("channel"));
        missing = channel_not_found(call.request.param("channel"));
        if (!channel) return std::unexpected(missing);
        target.shop = channel->shop;
    } else if (needs.where == Needs::Where::Shop || needs.where == Needs::Where::ShopOrServer) {
        target.shop = call.param("shop");
        const bool is_server =
            needs.where == Needs::Where::ShopOrServer && target.shop == people::every_shop;
        is_there = is_server || shops_.find(target.shop);
    } else if (needs.where == Needs::Where::Own) {
        if (call.caller.who) target.owner = call.account();
    } else {
        // Of whatever shop: the handler looks at the object.
        target.shop = reach.shops.empty() ? std::string() : reach.shops.front();
    }
    TRY_VOID(require(people::decide(call.caller, needs.action, target, needs.access), missing));
    // Those who may act in every shop are told as well.
    if (!is_there) return std::unexpected(std::move(missing));
    return {};
}

async::Task<Reply> Guard::answer_once(const GuardedRoute& guarded, Call& call) {
    const std::string_view key = call.request.header("Idempotency-Key");
    if (!guarded.route.traits.creates || key.empty()) co_return co_await guarded.handler(call);
    if (!is_idempotency_key(key)) {
        co_return problem(400, "invalid_idempotency_key",
                          "Idempotency-Key has 1 to 64 printable characters.");
    }
    if (guarded.route.traits.keeps_keys) co_return co_await guarded.handler(call);
    const std::string who = call.counted_as();
    const std::string what = std::string(call.request.path()) + '?' +
                             std::string(call.request.raw_query()) + ' ' + std::string(key);
    auto found = answers_.begin(who, what, call.request.body());
    if (std::holds_alternative<IdempotentAnswers::OtherBody>(found)) {
        co_return problem(422, "idempotency_key_reused",
                          "This Idempotency-Key was used for another request.",
                          "Use a new key for each new request.");
    }
    if (std::holds_alternative<IdempotentAnswers::InFlight>(found)) {
        Problem later(409, "request_in_flight", "The same request is being carried out.",
                      "Send it again in a second.");
        later.retry_after = std::chrono::seconds(1);
        co_return std::unexpected(std::move(later));
    }
    if (const auto* made = std::get_if<IdempotentAnswers::SecretForgotten>(&found)) {
        co_return problem(409, "already_created",
                          "This was created before; its secret is not shown again.",
                          "It is at " + made->location + ".");
    }
    if (auto* known = std::get_if<http::Response>(&found)) {
        co_return replayed(std::move(*known));
    }
    Reply outcome = co_await guarded.handler(call);
    const http::Response kept = outcome ? *outcome : to_response(outcome.error());
    answers_.finish(who, what, kept, guarded.route.traits.shows_secret);
    co_return outcome;
}

}  // namespace shopcast::api
