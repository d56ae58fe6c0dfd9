#include "people/account_changes.hpp"

#include <algorithm>

#include "audit/deed.hpp"
#include "people/known_places.hpp"
#include "people/one_time_links.hpp"

namespace shopcast::people {

Answer<Account> account_from(const NewAccount& fresh, bool may_lack_password, Random& random,
                             WallTime now) {
    Account account;
    account.login = TRY(checked_login(fresh.login));
    if (!fresh.password.empty() || !may_lack_password) {
        TRY_VOID(check_password(fresh.password, account.login));
    }
    account.display_name = account.login;
    if (!fresh.display_name.empty())
        account.display_name = TRY(checked_display_name(fresh.display_name));
    if (fresh.email && !fresh.email->empty()) account.email = TRY(checked_email(*fresh.email));
    account.id = AccountId(random_token(random, 9));
    account.language = fresh.language;
    account.created_at = now;
    return account;
}

Result<std::optional<Mail>> queue_mail(Context& context, store::Database& database, MailKind kind,
                                       const Account& account) {
    const bool reachable =
        account.email && (account.email_verified || kind == MailKind::VerifyEmail);
    if (!context.outbox.can_send() || !reachable) return std::nullopt;
    // What warns the owner always goes out; what anybody can ask for does not fill the mailbox.
    const SteadyTime now = context.clock.steady();
    if (kind == MailKind::VerifyEmail &&
        context.throttles.unasked_mail_to(*account.email, now) != Milliseconds(0)) {
        return std::nullopt;
    }
    if (kind != MailKind::PasswordChanged &&
        context.throttles.mail_to(account.id.value, now) != Milliseconds(0)) {
        return std::nullopt;
    }
    Mail mail = context.outbox.compose(kind, account.id, *account.email);
    TRY_VOID(context.outbox.insert(database, mail));
    return mail;
}

void post_mail(Context& context, std::optional<Mail>& mail) {
    if (mail) context.outbox.post(std::move(*mail));
}

Result<void> begin_session(Context& context, store::Database& database, Entrance& entrance,
                           const Visit& visit) {
    const AccountId& account = entrance.account.id;
    const WallTime now = context.clock.wall();
    entrance.session = context.sessions.fresh(account, visit);
    TRY_VOID(Sessions::insert(database, *entrance.session));
    entrance.browser = TRY(remember_place(database, account, visit, context.random, now));
    entrance.principal = TRY(context.principals.read(database, account));
    entrance.account.last_seen_at = now;
    return {};
}

Answer<Entrance> enter_new(Context& context, store::Database& database, const Account& account,
                           std::string_view password_hash, const std::optional<Visit>& visit,
                           const Actor& by) {
    TRY_VOID(insert_account(database, account, password_hash));
    const WallTime now = context.clock.wall();
    for (const Grant& grant : account.grants) {
        TRY_VOID(insert_grant(database, account.id, grant, by.account, now));
    }
    const audit::Deed deed{.by = by,
                           .action = "account.create",
                           .target = "account/" + account.id.value,
                           .detail = {{"login", account.login}}};
    TRY_VOID(audit::record(database, deed, now));
    Entrance entrance{.account = account};
    if (visit) {
        TRY_VOID(begin_session(context, database, entrance, *visit));
    } else {
        entrance.principal = TRY(context.principals.read(database, account.id));
    }
    // A full outbox refuses nobody: the mail can be asked for again.
    if (auto mail = queue_mail(context, database, MailKind::VerifyEmail, account)) {
        entrance.mail = std::move(*mail);
    }
    return entrance;
}

void admit(Context& context, Entrance& entrance) {
    if (entrance.session) context.sessions.admit(*entrance.session, entrance.principal);
    const bool admin = std::ranges::any_of(
        entrance.account.grants, [](const Grant& grant) { return grant.role == Role::Admin; });
    if (admin) context.setup_needed = false;
    post_mail(context, entrance.mail);
}

Result<void> erase_person(store::Database& database, const AccountId& id, WallTime now) {
    store::Statement update = TRY(database.prepare(
        "UPDATE account SET display_name = '', email = NULL, email_verified = 0,"
        " password_hash = '', totp_secret = NULL, totp_last_step = 0, last_seen_at_ms = NULL,"
        " deleted_at_ms = ? WHERE id = ?"));
    update.bind(to_unix_ms(now)).bind(id.value);
    TRY_VOID(update.step());
    for (const char* sql : {"DELETE FROM role_grant WHERE account = ?",
                            "DELETE FROM totp_recovery_code WHERE account = ?"}) {
        store::Statement erase = TRY(database.prepare(sql));
        erase.bind(id.value);
        TRY_VOID(erase.step());
    }
    TRY_VOID(audit::forget_messages(database, id.value));
    TRY_VOID(forget_places(database, id));
    TRY_VOID(Sessions::erase(database, id, ""));
    TRY_VOID(ApiTokens::erase(database, id));
    return erase_links(database, id);
}

}  // namespace shopcast::people
