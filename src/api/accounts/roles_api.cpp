#include "api/accounts/roles_api.hpp"

#include <boost/json.hpp>

#include "api/accounts/people_json.hpp"
#include "api/frame/replies.hpp"

namespace shopcast::api {
namespace {

namespace json = boost::json;
using async::Task;
using people::Action;
using people::People;

Task<Reply> list_roles(People& people, Call& call) {
    CO_TRY(const std::vector<people::GrantView> grants,
           co_await people.roles().list(call.loop(), call.param("shop")));
    json::array out;
    for (const people::GrantView& grant : grants) {
        json::object account{{"id", grant.account.value},
                             {"login", grant.login},
                             {"display_name", grant.display_name}};
        json::value by = nullptr;
        if (!grant.granted_by.empty()) by = json::value(grant.granted_by);
        out.push_back({{"account", std::move(account)},
                       {"role", people::to_string(grant.grant.role)},
                       {"granted_at", to_rfc3339(grant.granted_at)},
                       {"granted_by", std::move(by)}});
    }
    co_return json_reply(json::object{{"roles", std::move(out)}});
}

Checked<people::Grant> grant_in(const Call& call) {
    const auto role = people::role_from(call.request.param("role"));
    if (!role) return std::unexpected(not_found("role", call.request.param("role")));
    return people::Grant{*role, call.param("shop")};
}

Task<Reply> grant_role(People& people, Call& call) {
    CO_TRY(people::Grant grant, grant_in(call));
    audit::Actor actor = call.actor();
    CO_CHECK(co_await people.roles().grant(call.loop(), call.param("login"), std::move(grant),
                                           std::move(actor)));
    co_return no_content();
}

Task<Reply> revoke_role(People& people, Call& call) {
    CO_TRY(people::Grant grant, grant_in(call));
    audit::Actor actor = call.actor();
    CO_CHECK(co_await people.roles().revoke(call.loop(), call.param("login"), std::move(grant),
                                            std::move(actor)));
    co_return no_content();
}

}  // namespace

void add_roles_routes(ApiRoutes& routes, People& people) {
    const auto where = Needs::Where::ShopOrServer;
    const auto write = Needs::write(Action::GrantRoles, where);
    routes.get("/api/v1/shops/:shop/roles", Needs::read(Action::GrantRoles, where),
               [&people](Call& call) { return list_roles(people, call); });
    routes.put("/api/v1/shops/:shop/roles/:login/:role", write,
               [&people](Call& call) { return grant_role(people, call); });
    routes.del("/api/v1/shops/:shop/roles/:login/:role", write,
               [&people](Call& call) { return revoke_role(people, call); });
}

}  // namespace shopcast::api
