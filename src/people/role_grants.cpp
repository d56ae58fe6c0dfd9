#include "people/role_grants.hpp"

#include "audit/deed.hpp"
#include "base/text.hpp"
#include "people/account_rows.hpp"
#include "people/change.hpp"
#include "people/limits.hpp"
#include "people/one_time_links.hpp"
#include "store/schema.hpp"

namespace shopcast::people {
namespace {

struct Changed {
    AccountId account;
    std::shared_ptr<const Principal> principal;
};

Answer<void> check_shop(store::Database& database, std::string_view shop) {
    if (shop == every_shop || TRY(store::has_shop(database, shop))) return {};
    return refuse(Reason::NotFound, "there is no such shop");
}

Answer<void> check_room(store::Database& database, std::string_view shop) {
    store::Statement query =
        TRY(database.prepare("SELECT count(*) FROM role_grant WHERE shop = ?"));
    query.bind(shop);
    TRY_VOID(query.step());
    if (query.integer(0) < limits::grants_per_shop_max) return {};
    return refuse(Reason::TooMany, "this shop has as many people with roles as it can");
}

Answer<StoredAccount> account_by_login(store::Database& database, std::string_view login) {
    auto stored = TRY(read_account_by_login(database, to_lower(trim(login))));
    if (!stored) {
        return refuse(Reason::NotFound, "there is no account " + std::string(login), "login");
    }
    return std::move(*stored);
}

audit::Deed deed_on(const AccountId& id, const Grant& grant, std::string_view action,
                    const Actor& by) {
    audit::Deed deed{.by = by,
                     .action = std::string(action),
                     .target = "account/" + id.value,
                     .detail = {{"role", std::string(to_string(grant.role))}}};
    if (grant.shop != every_shop) deed.shop = grant.shop;
    return deed;
}

Answer<std::vector<GrantView>> read_shop(store::Database& database, std::string_view shop) {
    TRY_VOID(check_shop(database, shop));
    store::Statement query = TRY(database.prepare(
        "SELECT a.id, a.login, a.display_name, role, granted_at_ms, coalesce(b.login, '')"
        " FROM role_grant JOIN account a ON a.id = account"
        " LEFT JOIN account b ON b.id = granted_by WHERE shop = ? ORDER BY a.login, role"));
    query.bind(shop);
    std::vector<GrantView> views;
    while (TRY(query.step())) {
        const auto role = role_from(query.text(3));
        if (!role) continue;
        views.push_back({.account = AccountId(std::string(query.text(0))),
                         .login = std::string(query.text(1)),
                         .display_name = std::string(query.text(2)),
                         .grant = {*role, std::string(shop)},
                         .granted_at = WallTime(Milliseconds(query.integer(4))),
                         .granted_by = std::string(query.text(5))});
    }
    return views;
}

}  // namespace

async::Task<Answer<std::vector<GrantView>>> RoleGrants::list(async::Loop& loop, std::string shop) {
    using Views = Answer<std::vector<GrantView>>;
    const auto work = [shop](store::Database& database) -> Result<Views> {
        return read_shop(database, shop);
    };
    CO_TRY(Views views,
           co_await context_.readers.read<Views>(loop, store::ReadFor::own(shop), work));
    co_return views;
}

async::Task<Answer<void>> RoleGrants::grant(async::Loop& loop, std::string login, Grant grant,
                                            Actor by) {
    if (is_global(grant.role) != (grant.shop == every_shop)) {
        co_return refuse(Reason::InvalidInput, "that role is not one of such a shop", "role");
    }
    const auto work = [this, login, grant, by](store::Database& database) -> Answer<Changed> {
        TRY_VOID(check_shop(database, grant.shop));
        TRY_VOID(check_room(database, grant.shop));
        const AccountId id = TRY(account_by_login(database, login)).account.id;
        const WallTime now = context_.clock.wall();
        TRY_VOID(insert_grant(database, id, grant, by.account, now));
        if (database.changed_rows() == 1) {
            TRY_VOID(audit::record(database, deed_on(id, grant, "role.grant", by), now));
        }
        // A link that is on its way was made for an account without that role.
        TRY_VOID(erase_links(database, id, LinkKind::ResetPassword));
        return Changed{id, TRY(context_.principals.read(database, id))};
    };
    const auto apply = [this, admin = grant.role == Role::Admin](Changed& changed) {
        context_.principals.put(changed.account, changed.principal);
        if (admin) context_.setup_needed = false;
    };
    CO_CHECK(co_await change<Changed>(context_.writer, loop, work, apply));
    co_return Answer<void>();
}

async::Task<Answer<void>> RoleGrants::revoke(async::Loop& loop, std::string login, Grant grant,
                                             Actor by) {
    const auto work = [this, login, grant, by](store::Database& database) -> Answer<Changed> {
        const StoredAccount stored = TRY(account_by_login(database, login));
        const AccountId& id = stored.account.id;
        store::Statement erase = TRY(
            database.prepare("DELETE FROM role_grant WHERE account = ? AND role = ? AND shop = ?"));
        erase.bind(id.value).bind(to_string(grant.role)).bind(grant.shop);
        TRY_VOID(erase.step());
        if (database.changed_rows() == 0) {
            return refuse(Reason::NotFound, "this account does not have that role");
        }
        // A refusal undoes the change.
        if (grant.role == Role::Admin) TRY_VOID(check_not_last_admin(database, stored.account));
        TRY_VOID(
            audit::record(database, deed_on(id, grant, "role.revoke", by), context_.clock.wall()));
        return Changed{id, TRY(context_.principals.read(database, id))};
    };
    const auto apply = [this](Changed& changed) {
        context_.principals.put(changed.account, changed.principal);
    };
    CO_CHECK(co_await change<Changed>(context_.writer, loop, work, apply));
    co_return Answer<void>();
}

}  // namespace shopcast::people
