#include "people/account_rows.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "people/limits.hpp"

namespace shopcast::people {
namespace {

constexpr std::string_view columns =
    "SELECT id, login, display_name, email, email_verified, language, totp_secret, disabled,"
    " created_at_ms, last_seen_at_ms, password_hash, totp_last_step FROM account"
    " WHERE deleted_at_ms IS NULL AND ";

WallTime time_in(const store::Statement& row, int column) {
    return WallTime(Milliseconds(row.integer(column)));
}

StoredAccount account_in(const store::Statement& row) {
    StoredAccount stored;
    Account& account = stored.account;
    account.id = AccountId(std::string(row.text(0)));
    account.login = row.text(1);
    account.display_name = row.text(2);
    if (!row.is_null(3)) account.email = std::string(row.text(3));
    account.email_verified = row.integer(4) != 0;
    account.language = language_from(row.text(5)).value_or(Language::En);
    const ByteSpan secret = row.blob(6);
    stored.totp_secret.assign(secret.begin(), secret.end());
    account.totp = !secret.empty();
    account.disabled = row.integer(7) != 0;
    account.created_at = time_in(row, 8);
    if (!row.is_null(9)) account.last_seen_at = time_in(row, 9);
    stored.password_hash = row.text(10);
    stored.totp_last_step = row.integer(11);
    return stored;
}

Result<std::optional<StoredAccount>> read_one(store::Database& database, std::string_view where,
                                              std::string_view value) {
    store::Statement query = TRY(database.prepare(std::string(columns) + std::string(where)));
    query.bind(value);
    if (!TRY(query.step())) return std::nullopt;
    StoredAccount stored = account_in(query);
    stored.account.grants = TRY(read_grants(database, stored.account.id));
    return stored;
}

}  // namespace

Result<std::optional<StoredAccount>> read_account(store::Database& database, const AccountId& id) {
    return read_one(database, "id = ?", id.value);
}

Result<std::optional<StoredAccount>> read_account_by_login(store::Database& database,
                                                           std::string_view login) {
    return read_one(database, "login = ?", login);
}

Answer<StoredAccount> account_of(store::Database& database, const AccountId& id) {
    std::optional<StoredAccount> stored = TRY(read_account(database, id));
    if (!stored) return refuse(Reason::NotFound, "there is no such account");
    return std::move(*stored);
}

Result<std::vector<Account>> search_accounts(store::Database& database, std::string_view query,
                                             std::string_view after, int limit) {
    store::Statement select = TRY(database.prepare(
        std::string(columns) +
        "login > ? AND (?2 = '' OR instr(login, ?2) OR instr(lower(display_name), ?2)"
        " OR email = ?2 COLLATE NOCASE) ORDER BY login LIMIT ?"));
    select.bind(after).bind(to_lower(trim(query))).bind(std::int64_t{limit});
    std::vector<Account> accounts;
    while (TRY(select.step())) accounts.push_back(account_in(select).account);
    for (Account& account : accounts) account.grants = TRY(read_grants(database, account.id));
    return accounts;
}

Result<std::vector<Grant>> read_grants(store::Database& database, const AccountId& id) {
    store::Statement query = TRY(database.prepare(
        "SELECT role, shop FROM role_grant WHERE account = ? ORDER BY role, shop"));
    query.bind(id.value);
    std::vector<Grant> grants;
    while (TRY(query.step())) {
        if (const auto role = role_from(query.text(0))) {
            grants.push_back({*role, std::string(query.text(1))});
        }
    }
    return grants;
}

Answer<void> insert_account(store::Database& database, const Account& account,
                            std::string_view password_hash) {
    store::Statement taken = TRY(database.prepare(
        "SELECT EXISTS(SELECT 1 FROM account WHERE login = ?), (SELECT count(*) FROM account)"));
    taken.bind(account.login);
    TRY_VOID(taken.step());
    if (taken.integer(0) != 0) {
        return refuse(Reason::LoginTaken, "that login is taken; choose another", "login");
    }
    if (taken.integer(1) >= limits::accounts_max) {
        return refuse(Reason::TooMany, "this server holds as many accounts as it can");
    }
    store::Statement insert = TRY(database.prepare(
        "INSERT INTO account(id, login, display_name, email, language, password_hash,"
        " created_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?)"));
    insert.bind(account.id.value).bind(account.login).bind(account.display_name);
    if (account.email) {
        insert.bind(*account.email);
    } else {
        insert.bind_null();
    }
    insert.bind(to_string(account.language)).bind(password_hash);
    insert.bind(to_unix_ms(account.created_at));
    TRY_VOID(insert.step());
    return {};
}

Result<void> insert_grant(store::Database& database, const AccountId& id, const Grant& grant,
                          const std::optional<AccountId>& by, WallTime at) {
    store::Statement insert = TRY(database.prepare(
        "INSERT OR IGNORE INTO role_grant(account, role, shop, granted_at_ms, granted_by)"
        " VALUES (?, ?, ?, ?, ?)"));
    insert.bind(id.value).bind(to_string(grant.role)).bind(grant.shop).bind(to_unix_ms(at));
    if (by) {
        insert.bind(by->value);
    } else {
        insert.bind_null();
    }
    TRY_VOID(insert.step());
    return {};
}

Result<void> set_password(store::Database& database, const AccountId& id,
                          std::string_view password_hash) {
    store::Statement update =
        TRY(database.prepare("UPDATE account SET password_hash = ? WHERE id = ?"));
    update.bind(password_hash).bind(id.value);
    TRY_VOID(update.step());
    return {};
}

Result<bool> has_other_admin(store::Database& database, const AccountId& id) {
    store::Statement query = TRY(database.prepare(
        "SELECT EXISTS(SELECT 1 FROM role_grant JOIN account ON account.id = role_grant.account"
        " WHERE role = 'admin' AND disabled = 0 AND account.id <> ?)"));
    query.bind(id.value);
    TRY_VOID(query.step());
    return query.integer(0) != 0;
}

Answer<void> check_not_last_admin(store::Database& database, const Account& account) {
    const bool admin = std::ranges::any_of(
        account.grants, [](const Grant& grant) { return grant.role == Role::Admin; });
    if (!admin || account.disabled) return {};
    if (TRY(has_other_admin(database, account.id))) return {};
    return refuse(Reason::LastAdmin, "this is the last admin; make somebody else an admin before");
}

Result<AccountName> read_name(store::Database& database, const AccountId& id) {
    store::Statement query =
        TRY(database.prepare("SELECT login, display_name FROM account WHERE id = ?"));
    if (!TRY(query.bind(id.value).step())) return AccountName{};
    return AccountName{.login = std::string(query.text(0)),
                       .display_name = std::string(query.text(1))};
}

}  // namespace shopcast::people
