#include "api/accounts/own_account_api.hpp"

#include <boost/json.hpp>

#include "api/accounts/people_json.hpp"
#include "api/accounts/session_api.hpp"
#include "api/frame/cookies.hpp"
#include "api/frame/input.hpp"
#include "api/frame/replies.hpp"
#include "base/limits.hpp"

namespace shopcast::api {
namespace {

namespace json = boost::json;
using async::Task;
using people::People;

Task<Reply> get_account(People& people, Call& call) {
    CO_TRY(const people::Account account,
           co_await people.accounts().find(call.loop(), call.account()));
    co_return object_reply(own_account_of(account));
}

Task<Reply> change_account(People& people, Call& call) {
    CO_TRY(Input in, Input::of(call.request));
    people::ProfileChange change{.display_name = in.optional_text("display_name"),
                                 .email = in.optional_text("email"),
                                 .language = {},
                                 .password = in.text("password")};
    if (const auto text = in.optional_text("language")) {
        change.language = people::language_from(*text);
        if (!change.language) {
            co_return Input::wrong("language", "\"language\" is \"ko\" or \"en\".");
        }
    }
    CO_CHECK(in.check());
    CO_TRY(const people::Account before,
           co_await people.accounts().find(call.loop(), call.account()));
    CO_CHECK(check_if_match(call.request, own_account_of(before)));
    audit::Actor actor = call.actor();
    CO_TRY(const people::Account after,
           co_await people.accounts().change_profile(call.loop(), call.account(), std::move(change),
                                                     std::move(actor)));
    co_return object_reply(own_account_of(after));
}

Task<Reply> change_password(People& people, Call& call) {
    CO_TRY(Input in, Input::of(call.request));
    std::string current = in.required_text("current_password");
    std::string wanted = in.required_text("new_password");
    CO_CHECK(in.check());
    people::Visit visit = call.visit();
    CO_TRY(const people::SignedIn again,
           co_await people.passwords().change(call.loop(), call.account(), std::move(current),
                                              std::move(wanted), std::move(visit)));
    http::Response response = no_content();
    set_session_cookie(response, call.request, again.token, people.settings().session_absolute);
    co_return response;
}

Task<Reply> delete_account(People& people, Call& call) {
    CO_TRY(Input in, Input::of(call.request));
    std::optional<std::string> password = in.required_text("password");
    CO_CHECK(in.check());
    audit::Actor actor = call.actor();
    CO_CHECK(co_await people.accounts().erase(call.loop(), call.account(), std::move(password),
                                              std::move(actor)));
    http::Response response = no_content();
    clear_session_cookie(response, call.request);
    clear_browser_cookie(response, call.request);
    co_return response;
}

Task<Reply> ask_for_reset(People& people, Call& call) {
    CO_TRY(Input in, Input::of(call.request));
    std::string login_or_email = in.required_text("login_or_email");
    CO_CHECK(in.check());
    CO_CHECK(co_await people.passwords().request_reset(call.loop(), std::move(login_or_email),
                                                       call.address()));
    co_return json_reply(json::object{{"mail_enabled", people.outbox().can_send()}}, 202);
}

Task<Reply> confirm_reset(People& people, Call& call) {
    CO_TRY(Input in, Input::of(call.request));
    std::string token = in.required_text("token");
    std::string password = in.required_text("new_password");
    CO_CHECK(in.check());
    CO_CHECK(co_await people.passwords().confirm_reset(call.loop(), std::move(token),
                                                       std::move(password), call.address()));
    co_return no_content();
}

Task<Reply> send_verification(People& people, Call& call) {
    CO_CHECK(co_await people.accounts().send_verification(call.loop(), call.account()));
    co_return json_reply(json::object{{"sent", true}}, 202);
}

Task<Reply> confirm_email(People& people, Call& call) {
    CO_TRY(Input in, Input::of(call.request));
    std::string token = in.required_text("token");
    CO_CHECK(in.check());
    CO_CHECK(
        co_await people.accounts().verify_email(call.loop(), std::move(token), call.address()));
    co_return no_content();
}

}  // namespace

void add_own_account_routes(ApiRoutes& routes, People& people) {
    constexpr RouteTraits small{.body_bytes_max = 8 * limits::KiB};
    routes.get("/api/v1/account", Needs::account(),
               [&people](Call& call) { return get_account(people, call); });
    routes.patch(
        "/api/v1/account", Needs::account(),
        [&people](Call& call) { return change_account(people, call); }, small);
    routes.post(
        "/api/v1/account/password", Needs::account(),
        [&people](Call& call) { return change_password(people, call); }, small);
    routes.post(
        "/api/v1/account/delete", Needs::account(),
        [&people](Call& call) { return delete_account(people, call); }, small);
    routes.post(
        "/api/v1/password-resets", Needs::nobody(),
        [&people](Call& call) { return ask_for_reset(people, call); }, small);
    routes.post(
        "/api/v1/password-resets/confirm", Needs::nobody(),
        [&people](Call& call) { return confirm_reset(people, call); }, small);
    routes.post(
        "/api/v1/email-verifications", Needs::account(),
        [&people](Call& call) { return send_verification(people, call); }, small);
    routes.post(
        "/api/v1/email-verifications/confirm", Needs::nobody(),
        [&people](Call& call) { return confirm_email(people, call); }, small);
}

}  // namespace shopcast::api
