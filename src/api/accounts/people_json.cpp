#include "api/accounts/people_json.hpp"

#include <boost/json.hpp>

#include "api/frame/replies.hpp"

namespace shopcast::api {

namespace json = boost::json;

json::object own_account_of(const people::Account& account) {
    json::object out{{"id", account.id.value},
                     {"login", account.login},
                     {"display_name", account.display_name},
                     {"email", nullptr},
                     {"email_verified", account.email_verified},
                     {"language", people::to_string(account.language)},
                     {"totp", account.totp},
                     {"created_at", to_rfc3339(account.created_at)}};
    if (account.email) out["email"] = *account.email;
    return out;
}

json::object account_for_staff(const people::Account& account) {
    json::object out{{"id", account.id.value},
                     {"login", account.login},
                     {"display_name", account.display_name},
                     {"email_masked", nullptr},
                     {"email_verified", account.email_verified},
                     {"roles", roles_of(account.grants)},
                     {"disabled", account.disabled},
                     {"totp", account.totp},
                     {"created_at", to_rfc3339(account.created_at)},
                     {"last_seen_at", time_or_null(account.last_seen_at)}};
    if (account.email) out["email_masked"] = people::masked_email(*account.email);
    return out;
}

json::array roles_of(const std::vector<people::Grant>& grants) {
    json::array out;
    for (const people::Grant& grant : grants) {
        out.push_back({{"role", people::to_string(grant.role)}, {"shop", grant.shop}});
    }
    return out;
}

json::object permissions_of(const people::Caller& caller) {
    json::object out;
    for (const people::Action action : people::actions) {
        out[people::to_string(action)] = people::to_string(people::reach_of(caller, action).level);
    }
    return out;
}

json::object session_of(const people::Session& session, std::string_view current_id) {
    return {{"id", session.id},
            {"current", session.id == current_id},
            {"created_at", to_rfc3339(session.created_at)},
            {"last_seen_at", to_rfc3339(session.last_seen_at)},
            {"expires_at", to_rfc3339(session.expires_at)},
            {"user_agent", session.visit.user_agent},
            {"address", session.visit.address}};
}

json::object token_of(const people::ApiToken& token) {
    json::array scopes;
    for (const people::Scope scope : token.scopes.list()) {
        scopes.push_back(json::value(people::to_string(scope)));
    }
    return {{"id", token.id},
            {"name", token.name},
            {"scopes", std::move(scopes)},
            {"created_at", to_rfc3339(token.created_at)},
            {"last_used_at", time_or_null(token.last_used_at)},
            {"last_used_from", text_or_null(token.last_used_from)},
            {"expires_at", time_or_null(token.expires_at)}};
}

}  // namespace shopcast::api
