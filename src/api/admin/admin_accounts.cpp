#include "api/admin/admin_accounts.hpp"

#include <boost/json.hpp>

#include <memory>

#include "api/accounts/people_json.hpp"
#include "api/frame/input.hpp"
#include "api/frame/replies.hpp"
#include "api/frame/shops.hpp"
#include "api/limits.hpp"

namespace shopcast::api {
namespace {

namespace json = boost::json;
using async::Task;

/// The role as the command line names it, of `shop` or the only one there is where it is one of a
/// shop.
Checked<people::Grant> grant_of(std::string_view text, std::string_view shop,
                                const shop::ShopDirectory& shops) {
    const auto role = people::role_from(text);
    if (!role) {
        return Input::wrong("role", "A role is host, moderator, operator, auditor or admin.");
    }
    if (people::is_global(*role)) return people::Grant{*role, std::string(people::every_shop)};
    return people::Grant{*role, TRY(choose_shop(shop, shops))};
}

/// Lives as long as the router that refers to it.
class AdminAccounts {
public:
    explicit AdminAccounts(const AdminParts& parts)
        : people_(parts.people),
          shops_(parts.shops),
          setup_link_(parts.setup_link),
          page_base_(parts.page_base) {}

    Task<Reply> list(http::Request& request) const {
        json::array out;
        std::string after;
        do {
            CO_TRY(const people::AccountPage page,
                   co_await people_.accounts().list(request.loop(), "", std::move(after),
                                                    limits::api_page_items_max));
            for (const people::Account& account : page.accounts) {
                out.push_back(account_for_staff(account));
            }
            after = page.next.value_or(std::string());
        } while (!after.empty());
        co_return json_reply(json::object{{"accounts", std::move(out)}});
    }

    Task<Reply> create(http::Request& request) const {
        CO_TRY(Input in, Input::of(request));
        people::NewAccount account;
        account.login = in.required_text("login");
        account.password = in.text("password");
        account.display_name = in.text("display_name");
        const auto language = people::language_from(in.optional_text("language").value_or("en"));
        if (!language) co_return Input::wrong("language", "The language is ko or en.");
        account.language = *language;
        const std::string shop = in.text("shop");
        std::vector<people::Grant> grants;
        for (const std::string& role : in.texts("roles")) {
            CO_TRY(people::Grant grant, grant_of(role, shop, shops_));
            grants.push_back(std::move(grant));
        }
        CO_CHECK(in.check());
        const bool has_password = !account.password.empty();
        CO_TRY(const people::Account created,
               co_await people_.accounts().create(request.loop(), std::move(account),
                                                  std::move(grants), audit::Actor()));
        look_for_admin();
        json::object out{{"account", account_for_staff(created)}, {"reset", nullptr}};
        if (!has_password) {
            CO_TRY(out["reset"], co_await reset_link(request, created.id));
        }
        co_return json_reply(out, 201);
    }

    Task<Reply> make_reset_link(http::Request& request) const {
        CO_TRY(const people::Account account, co_await find(request));
        CO_TRY(const json::object link, co_await reset_link(request, account.id));
        co_return json_reply(link, 201);
    }

    Task<Reply> set_disabled(http::Request& request) const {
        CO_TRY(Input in, Input::of(request));
        const bool disabled = in.flag("disabled").value_or(true);
        CO_CHECK(in.check());
        CO_TRY(people::Account account, co_await find(request));
        CO_TRY(account, co_await people_.accounts().set_disabled(request.loop(), account.id,
                                                                 disabled, audit::Actor()));
        co_return json_reply(account_for_staff(account));
    }

    Task<Reply> set_role(http::Request& request) const {
        CO_TRY(Input in, Input::of(request));
        const std::string role = in.required_text("role");
        const std::string shop = in.text("shop");
        const bool granted = in.flag("granted").value_or(true);
        CO_CHECK(in.check());
        CO_TRY(people::Grant grant, grant_of(role, shop, shops_));
        const std::string login(request.param("login"));
        if (granted) {
            CO_CHECK(co_await people_.roles().grant(request.loop(), login, std::move(grant),
                                                    audit::Actor()));
        } else {
            CO_CHECK(co_await people_.roles().revoke(request.loop(), login, std::move(grant),
                                                     audit::Actor()));
        }
        look_for_admin();
        CO_TRY(const people::Account account, co_await find(request));
        co_return json_reply(account_for_staff(account));
    }

    Task<Reply> make_setup_link(http::Request& request) const {
        CO_TRY(const std::string url, co_await setup_link_.make(request.loop()));
        co_return json_reply(json::object{{"url", url}}, 201);
    }

private:
    Task<people::Answer<people::Account>> find(http::Request& request) const {
        return people_.accounts().find_by_login(request.loop(),
                                                std::string(request.param("login")));
    }

    Task<people::Answer<json::object>> reset_link(http::Request& request,
                                                  people::AccountId id) const {
        CO_TRY(const people::NewLink link, co_await people_.passwords().make_reset_link(
                                               request.loop(), std::move(id), audit::Actor()));
        co_return json::object{{"url", page_base_ + "/reset#" + link.token},
                               {"expires_at", to_rfc3339(link.expires_at)}};
    }

    /// The command line may have made the first one.
    void look_for_admin() const {
        if (!people_.setup().needed()) setup_link_.done();
    }

    people::People& people_;
    const shop::ShopDirectory& shops_;
    SetupLink& setup_link_;
    std::string page_base_;
};

}  // namespace

void add_admin_account_routes(http::Router& router, const AdminParts& parts) {
    const auto admin = std::make_shared<const AdminAccounts>(parts);
    const std::string one = "/admin/v1/accounts/:login";
    router.get("/admin/v1/accounts",
               [admin](http::Request& request) { return answered(admin->list(request)); });
    router.post("/admin/v1/accounts",
                [admin](http::Request& request) { return answered(admin->create(request)); });
    router.post(one + "/reset-link", [admin](http::Request& request) {
        return answered(admin->make_reset_link(request));
    });
    router.post(one + "/disabled",
                [admin](http::Request& request) { return answered(admin->set_disabled(request)); });
    router.post(one + "/roles",
                [admin](http::Request& request) { return answered(admin->set_role(request)); });
    router.post("/admin/v1/setup-link", [admin](http::Request& request) {
        return answered(admin->make_setup_link(request));
    });
}

}  // namespace shopcast::api
