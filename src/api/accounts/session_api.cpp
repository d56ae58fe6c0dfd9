#include "api/accounts/session_api.hpp"

#include <boost/json.hpp>

#include <array>
#include <atomic>
#include <set>

#include "api/accounts/people_json.hpp"
#include "api/frame/cookies.hpp"
#include "api/frame/input.hpp"
#include "api/frame/origin.hpp"
#include "api/frame/replies.hpp"
#include "api/frame/shops.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"

namespace shopcast::api {
namespace {

namespace json = boost::json;
using async::Task;
using people::Action;
using people::People;

/// Both outlive the routes.
struct SessionParts {
    People& people;
    const shop::ShopDirectory& shops;
};

/// Passwords and cookies can be read on the way: worth one line, not one for each sign-in.
void warn_of_plain_http(const http::Request& request) {
    static std::atomic<bool> warned{false};
    if (request.is_tls() || is_loopback(request) || warned.exchange(true)) return;
    log::warning("session.plain_http",
                 {{"peer", request.peer()},
                  {"advice", "Passwords travel unencrypted: set http.tls_listen and [tls]."}});
}

/// The shops that `caller` helps to run.
json::array own_shops(const shop::ShopDirectory& shops, const people::Caller& caller) {
    constexpr std::array in_a_shop{Action::Moderate, Action::ManageChannels,
                                   Action::ManageCatalogue, Action::GrantRoles};
    std::set<std::string, std::less<>> own;
    bool all = false;
    for (const Action action : in_a_shop) {
        const people::Reach reach = people::reach_of(caller, action);
        all = all || reach.everywhere();
        own.insert(reach.shops.begin(), reach.shops.end());
    }
    json::array out;
    for (const auto& shop : shops.list()) {
        if (all || own.contains(shop->id)) out.push_back(shop_json(*shop));
    }
    return out;
}

json::object session_json(const shop::ShopDirectory& shops, const Call& call,
                          const people::Caller& caller,
                          const std::optional<people::Account>& account) {
    const auto grants = caller.who ? caller.who->grants : std::vector<people::Grant>{};
    json::object out{{"account", nullptr},
                     {"roles", roles_of(grants)},
                     {"permissions", permissions_of(caller)},
                     {"shop", nullptr},
                     {"shops", own_shops(shops, caller)},
                     {"insecure_http", !call.request.is_tls() && !is_loopback(call.request)}};
    if (const auto only = shops.only()) out["shop"] = shop_json(*only);
    if (account) out["account"] = own_account_of(*account);
    return out;
}

http::Response signed_in_reply(const SessionParts& parts, const Call& call,
                               const people::SignedIn& signed_in, int status) {
    const People& people = parts.people;
    http::Response response =
        json_reply(session_json(parts.shops, call, signed_in.caller, signed_in.account), status);
    set_session_cookie(response, call.request, signed_in.token, people.settings().session_absolute);
    set_browser_cookie(response, call.request, signed_in.browser);
    return response;
}

Task<Reply> get_session(const SessionParts& parts, Call& call) {
    People& people = parts.people;
    std::optional<people::Account> account;
    if (call.caller.who) {
        auto found = co_await people.accounts().find(call.loop(), call.account());
        if (found) account = *std::move(found);
    }
    // An account that was deleted a moment ago is nobody.
    if (!account) call.caller = {};
    co_return json_reply(session_json(parts.shops, call, call.caller, account));
}

Task<Reply> sign_in(const SessionParts& parts, Call& call) {
    People& people = parts.people;
    CO_TRY(Input in, Input::of(call.request));
    people::Credentials credentials{.login = in.required_text("login"),
                                    .password = in.required_text("password"),
                                    .code = in.text("code")};
    CO_CHECK(in.check());
    warn_of_plain_http(call.request);
    people::Visit visit = call.visit();
    auto signed_in =
        co_await people.sign_in().sign_in(call.loop(), std::move(credentials), std::move(visit));
    if (!signed_in) {
        Problem why(signed_in.error());
        // Nobody is signed in here, whichever input is to blame.
        if (why.status == 403) why.status = 401;
        co_return std::unexpected(std::move(why));
    }
    // The browser's older session ends: it has another one now.
    if (call.caller.who && !call.caller.by_token()) {
        CO_CHECK(co_await people.sign_in().sign_out(call.loop(), call.caller));
    }
    co_return signed_in_reply(parts, call, *signed_in, 200);
}

Task<Reply> sign_out(People& people, Call& call) {
    if (call.caller.who && !call.caller.by_token()) {
        CO_CHECK(co_await people.sign_in().sign_out(call.loop(), call.caller));
    }
    http::Response response = no_content();
    clear_session_cookie(response, call.request);
    co_return response;
}

people::NewAccount account_in(Input& in) {
    people::NewAccount account;
    account.login = in.required_text("login");
    account.password = in.required_text("password");
    account.display_name = in.text("display_name");
    const std::string email = in.text("email");
    if (!email.empty()) account.email = email;
    return account;
}

/// "en" where it is absent.
Checked<people::Language> language_in(Input& in) {
    const auto text = in.optional_text("language");
    if (!text) return people::Language::En;
    if (const auto language = people::language_from(*text)) return *language;
    return Input::wrong("language", "\"language\" is \"ko\" or \"en\".");
}

Task<Reply> sign_up(const SessionParts& parts, Call& call) {
    People& people = parts.people;
    CO_TRY(Input in, Input::of(call.request));
    people::NewAccount account = account_in(in);
    CO_TRY(account.language, language_in(in));
    CO_CHECK(in.check());
    warn_of_plain_http(call.request);
    people::Visit visit = call.visit();
    CO_TRY(const people::SignedIn signed_in,
           co_await people.sign_in().sign_up(call.loop(), std::move(account), std::move(visit)));
    co_return signed_in_reply(parts, call, signed_in, 201);
}

Reply get_setup(People& people) {
    return json_reply(json::object{{"needed", people.setup().needed()}});
}

Task<Reply> set_up(const SessionParts& parts, const std::function<void()>& on_done, Call& call) {
    People& people = parts.people;
    CO_TRY(Input in, Input::of(call.request));
    std::string token = in.required_text("token");
    people::NewAccount account = account_in(in);
    CO_TRY(account.language, language_in(in));
    CO_CHECK(in.check());
    people::Visit visit = call.visit();
    CO_TRY(const people::SignedIn signed_in,
           co_await people.setup().complete(call.loop(), std::move(token), std::move(account),
                                            std::move(visit)));
    log::info("server.set_up", {{"admin", signed_in.account.login}, {"address", call.address()}});
    on_done();
    co_return signed_in_reply(parts, call, signed_in, 201);
}

}  // namespace

void add_session_routes(ApiRoutes& routes, People& people, const shop::ShopDirectory& shops,
                        std::function<void()> on_setup_done) {
    const SessionParts parts{people, shops};
    constexpr RouteTraits creates{
        .body_bytes_max = 8 * limits::KiB, .creates = true, .shows_secret = true};
    constexpr RouteTraits small{.body_bytes_max = 8 * limits::KiB};
    routes.get("/api/v1/setup", Needs::nobody(), [&people](Call&) { return get_setup(people); });
    routes.post(
        "/api/v1/setup", Needs::nobody(),
        [parts, done = std::move(on_setup_done)](Call& call) { return set_up(parts, done, call); },
        small);
    routes.get("/api/v1/session", Needs::nobody(),
               [parts](Call& call) { return get_session(parts, call); });
    routes.post(
        "/api/v1/session", Needs::nobody(), [parts](Call& call) { return sign_in(parts, call); },
        small);
    routes.del("/api/v1/session", Needs::nobody(),
               [&people](Call& call) { return sign_out(people, call); });
    routes.post(
        "/api/v1/accounts", Needs::nobody(), [parts](Call& call) { return sign_up(parts, call); },
        creates);
}

}  // namespace shopcast::api
