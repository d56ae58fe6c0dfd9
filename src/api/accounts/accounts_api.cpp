#include "api/accounts/accounts_api.hpp"

#include <boost/json.hpp>

#include <algorithm>

#include "api/accounts/people_json.hpp"
#include "api/frame/input.hpp"
#include "api/frame/replies.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "people/audit_log.hpp"

namespace shopcast::api {
namespace {

namespace json = boost::json;
using async::Task;
using people::Action;

bool is_server_staff(const people::Account& account) {
    return std::ranges::any_of(
        account.grants, [](const people::Grant& grant) { return people::is_global(grant.role); });
}

json::object entry_of(const people::AuditEntry& entry) {
    json::object out{{"seq", entry.seq},         {"at", to_rfc3339(entry.at)},
                     {"actor", nullptr},         {"action", entry.action},
                     {"target", entry.target},   {"shop", nullptr},
                     {"address", entry.address}, {"detail", json::parse(entry.detail)}};
    if (entry.actor) out["actor"] = {{"id", entry.actor->value}, {"login", entry.actor_login}};
    if (entry.shop) out["shop"] = *entry.shop;
    return out;
}

}  // namespace

Task<Reply> AccountsApi::list_accounts(Call& call) {
    CO_TRY(Page page, page_of(call.request));
    std::string query = call.request.query("query").value_or(std::string());
    CO_TRY(const people::AccountPage found,
           co_await people_.accounts().list(call.loop(), std::move(query), std::move(page.cursor),
                                            static_cast<int>(page.limit)));
    json::array accounts;
    for (const people::Account& account : found.accounts) {
        accounts.push_back(account_for_staff(account));
    }
    co_return json_reply(
        json::object{{"accounts", std::move(accounts)}, {"next_cursor", cursor_to(found.next)}});
}

Task<Checked<people::Account>> AccountsApi::find(Call& call) {
    const Problem missing = not_found("account", call.request.param("account"));
    people::AccountId id(call.param("account"));
    auto found = co_await people_.accounts().find(call.loop(), std::move(id));
    if (!found && found.error().reason == people::Reason::NotFound) {
        co_return std::unexpected(missing);
    }
    if (!found) co_return std::unexpected(found.error());
    people::Target target;
    target.of_server_staff = is_server_staff(*found);
    CO_CHECK(
        require(people::decide(call.caller, Action::ManageAccounts, target, people::Access::Write),
                missing));
    co_return *std::move(found);
}

Task<Reply> AccountsApi::change_account(Call& call) {
    CO_TRY(Input in, Input::of(call.request));
    const std::optional<bool> disabled = in.flag("disabled");
    CO_CHECK(in.check());
    CO_TRY(people::Account account, co_await find(call));
    if (disabled && *disabled && account.id == call.account()) {
        co_return problem(409, "own_account", "You cannot disable your own account.",
                          "Call somebody else who looks after accounts.");
    }
    if (disabled && *disabled != account.disabled) {
        audit::Actor actor = call.actor();
        CO_TRY(account, co_await people_.accounts().set_disabled(call.loop(), account.id, *disabled,
                                                                 std::move(actor)));
    }
    co_return json_reply(account_for_staff(account));
}

Task<Reply> AccountsApi::make_reset_link(Call& call) {
    CO_TRY(const people::Account account, co_await find(call));
    // Whoever sets the password has the account's roles: nobody lends himself a shop that way.
    people::Target whose;
    whose.of_server_staff = !account.grants.empty();
    CO_CHECK(
        require(people::decide(call.caller, Action::ManageAccounts, whose, people::Access::Write),
                not_found("account", call.param("account"))));
    audit::Actor actor = call.actor();
    CO_TRY(const people::NewLink link,
           co_await people_.passwords().make_reset_link(call.loop(), account.id, std::move(actor)));
    co_return json_reply(
        json::object{{"url", addresses_.pages(call.request) + "/reset#" + link.token},
                     {"expires_at", to_rfc3339(link.expires_at)}},
        201);
}

Task<Reply> AccountsApi::list_audit(Call& call) {
    CO_TRY(const Page page, page_of(call.request));
    people::AuditFilter filter{.actor = call.request.query("actor").value_or(std::string()),
                               .action = call.request.query("action").value_or(std::string()),
                               .shops = {},
                               .before = {},
                               .limit = static_cast<int>(page.limit)};
    const people::Reach reach = people::reach_of(call.caller, Action::ReadAudit);
    if (!reach.everywhere()) filter.shops = reach.shops;
    if (!page.cursor.empty()) {
        filter.before = parse_int<std::int64_t>(page.cursor);
        if (!filter.before) {
            co_return Input::wrong("cursor", "\"cursor\" is what next_cursor said.");
        }
    }
    CO_TRY(const people::AuditPage found,
           co_await people::list_audit(call.loop(), readers_, std::move(filter)));
    json::array entries;
    for (const people::AuditEntry& entry : found.entries) entries.push_back(entry_of(entry));
    std::optional<std::string> next;
    if (found.next) next = std::to_string(*found.next);
    co_return json_reply(
        json::object{{"entries", std::move(entries)}, {"next_cursor", cursor_to(next)}});
}

void AccountsApi::add_routes(ApiRoutes& routes) {
    constexpr RouteTraits small{.body_bytes_max = 4 * limits::KiB};
    routes.get("/api/v1/operations/accounts", Needs::read(Action::ManageAccounts),
               [this](Call& call) { return list_accounts(call); });
    routes.patch(
        "/api/v1/operations/accounts/:account", Needs::write(Action::ManageAccounts),
        [this](Call& call) { return change_account(call); }, small);
    routes.post(
        "/api/v1/operations/accounts/:account/reset-link", Needs::write(Action::ManageAccounts),
        [this](Call& call) { return make_reset_link(call); }, small);
    routes.get("/api/v1/audit", Needs::read(Action::ReadAudit),
               [this](Call& call) { return list_audit(call); });
}

}  // namespace shopcast::api
