#include "api/accounts/own_access_api.hpp"

#include <boost/json.hpp>

#include "api/accounts/people_json.hpp"
#include "api/frame/input.hpp"
#include "api/frame/replies.hpp"
#include "base/limits.hpp"
#include "people/limits.hpp"

namespace shopcast::api {
namespace {

namespace json = boost::json;
using async::Task;
using people::People;

Reply list_sessions(People& people, Call& call) {
    json::array out;
    for (const people::Session& session : people.sessions().list(call.account())) {
        out.push_back(session_of(session, call.caller.session_id));
    }
    return json_reply(json::object{{"sessions", std::move(out)}});
}

Task<Reply> end_session(People& people, Call& call) {
    CO_CHECK(co_await people.sessions().end(call.loop(), call.account(), call.param("session")));
    co_return no_content();
}

Task<Reply> end_other_sessions(People& people, Call& call) {
    CO_CHECK(
        co_await people.sessions().end_all(call.loop(), call.account(), call.caller.session_id));
    co_return no_content();
}

Task<Reply> begin_two_step(People& people, Call& call) {
    CO_TRY(Input in, Input::of(call.request));
    std::string password = in.required_text("password");
    CO_CHECK(in.check());
    CO_TRY(const people::TwoStep::Offer offer,
           co_await people.two_step().begin(call.loop(), call.account(), std::move(password)));
    co_return json_reply(
        json::object{{"secret", offer.secret}, {"otpauth_url", offer.otpauth_url}});
}

Task<Reply> confirm_two_step(People& people, Call& call) {
    CO_TRY(Input in, Input::of(call.request));
    std::string code = in.required_text("code");
    CO_CHECK(in.check());
    audit::Actor actor = call.actor();
    CO_TRY(const std::vector<std::string> codes,
           co_await people.two_step().confirm(call.loop(), call.account(), std::move(code),
                                              std::move(actor)));
    json::array out;
    for (const std::string& each : codes) out.push_back(json::value(each));
    co_return json_reply(json::object{{"recovery_codes", std::move(out)}});
}

Task<Reply> disable_two_step(People& people, Call& call) {
    CO_TRY(Input in, Input::of(call.request));
    std::string password = in.required_text("password");
    std::string code = in.required_text("code");
    CO_CHECK(in.check());
    audit::Actor actor = call.actor();
    CO_CHECK(co_await people.two_step().disable(call.loop(), call.account(), std::move(password),
                                                std::move(code), std::move(actor)));
    co_return no_content();
}

Reply list_tokens(People& people, Call& call) {
    json::array out;
    for (const people::ApiToken& token : people.tokens().list(call.account())) {
        out.push_back(token_of(token));
    }
    return json_reply(json::object{{"tokens", std::move(out)}});
}

Checked<people::Scopes> scopes_in(Input& in) {
    people::Scopes scopes;
    for (const std::string& text : in.texts("scopes")) {
        const auto scope = people::scope_from(text);
        if (!scope) return Input::wrong("scopes", "There is no scope \"" + text + "\".");
        scopes.add(*scope);
    }
    return scopes;
}

Task<Reply> create_token(People& people, Call& call) {
    CO_TRY(Input in, Input::of(call.request));
    std::string name = in.required_text("name");
    CO_TRY(const people::Scopes scopes, scopes_in(in));
    std::string password = in.required_text("password");
    std::optional<int> days = limits::api_token_lasts_usually.count();
    if (in.has("expires_in_days")) days.reset();
    if (const auto wanted = in.number("expires_in_days")) {
        if (*wanted < 1 || *wanted > 365) {
            co_return Input::wrong("expires_in_days", "A token lasts 1 to 365 days, or null.");
        }
        days = static_cast<int>(*wanted);
    }
    CO_CHECK(in.check());
    CO_CHECK(co_await people.passwords().confirm(call.loop(), call.account(), std::move(password)));
    audit::Actor actor = call.actor();
    CO_TRY(const people::ApiTokens::Created created,
           co_await people.tokens().create(call.loop(), call.account(), std::move(name), scopes,
                                           days, std::move(actor)));
    json::object out = token_of(created.token);
    out["token"] = created.secret;
    co_return created_reply(out, "/api/v1/account/tokens/" + created.token.id);
}

Task<Reply> end_token(People& people, Call& call) {
    audit::Actor actor = call.actor();
    CO_CHECK(co_await people.tokens().end(call.loop(), call.account(), call.param("token"),
                                          std::move(actor)));
    co_return no_content();
}

}  // namespace

void add_own_access_routes(ApiRoutes& routes, People& people) {
    constexpr RouteTraits small{.body_bytes_max = 8 * limits::KiB};
    constexpr RouteTraits makes_token{
        .body_bytes_max = 8 * limits::KiB, .creates = true, .shows_secret = true};
    routes.get("/api/v1/account/sessions", Needs::account(),
               [&people](Call& call) { return list_sessions(people, call); });
    routes.del("/api/v1/account/sessions", Needs::account(),
               [&people](Call& call) { return end_other_sessions(people, call); });
    routes.del("/api/v1/account/sessions/:session", Needs::account(),
               [&people](Call& call) { return end_session(people, call); });
    routes.post(
        "/api/v1/account/totp", Needs::account(),
        [&people](Call& call) { return begin_two_step(people, call); }, small);
    routes.put(
        "/api/v1/account/totp", Needs::account(),
        [&people](Call& call) { return confirm_two_step(people, call); }, small);
    routes.post(
        "/api/v1/account/totp/disable", Needs::account(),
        [&people](Call& call) { return disable_two_step(people, call); }, small);
    routes.get("/api/v1/account/tokens", Needs::account(),
               [&people](Call& call) { return list_tokens(people, call); });
    routes.post(
        "/api/v1/account/tokens", Needs::account(),
        [&people](Call& call) { return create_token(people, call); }, makes_token);
    routes.del("/api/v1/account/tokens/:token", Needs::account(),
               [&people](Call& call) { return end_token(people, call); });
}

}  // namespace shopcast::api
