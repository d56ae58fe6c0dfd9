#include "people/accounts.hpp"

#include <algorithm>

#include "audit/deed.hpp"
#include "base/text.hpp"
#include "people/account_changes.hpp"
#include "people/change.hpp"
#include "people/limits.hpp"
#include "people/one_time_links.hpp"
#include "people/passwords.hpp"

namespace shopcast::people {
namespace {

audit::Deed deed_on(const AccountId& id, std::string_view action, const Actor& by) {
    return {.by = by, .action = std::string(action), .target = "account/" + id.value};
}

struct Changed {
    Account account;
    std::shared_ptr<const Principal> principal;
    std::optional<Mail> mail;
};

Result<void> save_profile(store::Database& database, const Account& account) {
    store::Statement update = TRY(database.prepare(
        "UPDATE account SET display_name = ?, email = ?, email_verified = ?, language = ?"
        " WHERE id = ?"));
    update.bind(account.display_name);
    if (account.email) {
        update.bind(*account.email);
    } else {
        update.bind_null();
    }
    update.bind(std::int64_t{account.email_verified}).bind(to_string(account.language));
    update.bind(account.id.value);
    TRY_VOID(update.step());
    return {};
}

/// Works on the account as it is when the writer gets there. `change` is checked.
Answer<Changed> apply_profile(Context& context, store::Database& database, const AccountId& id,
                              const ProfileChange& change, const Actor& by) {
    Changed changed{.account = TRY(account_of(database, id)).account};
    Account& account = changed.account;
    if (change.display_name) account.display_name = *change.display_name;
    if (change.language) account.language = *change.language;
    const bool new_email = change.email && *change.email != account.email.value_or("");
    if (new_email) {
        account.email.reset();
        if (!change.email->empty()) account.email = *change.email;
        account.email_verified = false;
        TRY_VOID(erase_links(database, id));
        TRY_VOID(audit::record(database, deed_on(id, "account.email", by), context.clock.wall()));
    }
    TRY_VOID(save_profile(database, account));
    changed.principal = TRY(context.principals.read(database, id));
    if (new_email) {
        if (auto mail = queue_mail(context, database, MailKind::VerifyEmail, account)) {
            changed.mail = std::move(*mail);
        }
    }
    return changed;
}

}  // namespace

async::Task<Answer<Account>> Accounts::create(async::Loop& loop, NewAccount account,
                                              std::vector<Grant> grants, Actor by) {
    CO_TRY(Account fresh, account_from(account, true, context_.random, context_.clock.wall()));
    fresh.grants = std::move(grants);
    std::string hash;
    if (!account.password.empty()) {
        CO_TRY(hash,
               co_await context_.hasher.hash(loop, share_of(by), std::move(account.password)));
    }
    const auto work = [this, fresh, hash, by](store::Database& database) {
        return enter_new(context_, database, fresh, hash, std::nullopt, by);
    };
    const auto apply = [this](Entrance& entrance) { admit(context_, entrance); };
    CO_TRY(Entrance entrance, co_await change<Entrance>(context_.writer, loop, work, apply));
    co_return std::move(entrance.account);
}

async::Task<Answer<Account>> Accounts::find(async::Loop& loop, AccountId id) {
    const auto work = [id](store::Database& database) { return read_account(database, id); };
    CO_TRY(auto stored,
           co_await context_.readers.read<std::optional<StoredAccount>>(loop, read_for(id), work));
    if (!stored) co_return refuse(Reason::NotFound, "there is no such account");
    co_return std::move(stored->account);
}

async::Task<Answer<Account>> Accounts::find_by_login(async::Loop& loop, std::string login) {
    const auto work = [login = to_lower(trim(login))](store::Database& database) {
        return read_account_by_login(database, login);
    };
    CO_TRY(auto stored, co_await context_.readers.read<std::optional<StoredAccount>>(
                            loop, store::ReadFor::server(), work));
    if (!stored) co_return refuse(Reason::NotFound, "there is no account " + login);
    co_return std::move(stored->account);
}

async::Task<Answer<AccountPage>> Accounts::list(async::Loop& loop, std::string query,
                                                std::string after, int limit) {
    limit = std::clamp(limit, 1, limits::list_page_max);
    const auto work = [query, after, limit](store::Database& database) {
        return search_accounts(database, query, after, limit + 1);
    };
    CO_TRY(auto accounts, co_await context_.readers.read<std::vector<Account>>(
                              loop, store::ReadFor::server(), work));
    AccountPage page{.accounts = std::move(accounts)};
    if (page.accounts.size() > static_cast<std::size_t>(limit)) {
        page.accounts.pop_back();
        page.next = page.accounts.back().login;
    }
    co_return page;
}

async::Task<Answer<Account>> Accounts::change_profile(async::Loop& loop, AccountId id,
                                                      ProfileChange change, Actor by) {
    if (change.display_name) {
        CO_TRY(change.display_name, checked_display_name(*change.display_name));
    }
    if (change.email) {
        if (!change.email->empty()) {
            CO_TRY(change.email, checked_email(*change.email));
        }
        CO_CHECK(
            co_await confirm_password(context_, loop, id, std::move(change.password), "password"));
    }
    const auto work = [this, id, change, by](store::Database& database) {
        return apply_profile(context_, database, id, change, by);
    };
    const auto apply = [this, id](Changed& changed) {
        context_.principals.put(id, changed.principal);
        post_mail(context_, changed.mail);
    };
    CO_TRY(Changed changed, co_await people::change<Changed>(context_.writer, loop, work, apply));
    co_return std::move(changed.account);
}

async::Task<Answer<Account>> Accounts::set_disabled(async::Loop& loop, AccountId id, bool disabled,
                                                    Actor by) {
    const auto work = [this, id, disabled, by](store::Database& database) -> Answer<Changed> {
        Changed changed{.account = TRY(account_of(database, id)).account};
        if (disabled) TRY_VOID(check_not_last_admin(database, changed.account));
        store::Statement update =
            TRY(database.prepare("UPDATE account SET disabled = ? WHERE id = ?"));
        update.bind(std::int64_t{disabled}).bind(id.value);
        TRY_VOID(update.step());
        changed.account.disabled = disabled;
        if (disabled) {
            TRY_VOID(Sessions::erase(database, id, ""));
            TRY_VOID(ApiTokens::erase(database, id));
            TRY_VOID(erase_links(database, id));
        }
        const std::string_view action = disabled ? "account.disable" : "account.enable";
        TRY_VOID(audit::record(database, deed_on(id, action, by), context_.clock.wall()));
        changed.principal = TRY(context_.principals.read(database, id));
        return changed;
    };
    const auto apply = [this, id](Changed& changed) {
        context_.principals.put(id, changed.principal);
        if (!changed.account.disabled) return;
        context_.sessions.forget(id, "");
        context_.tokens.forget(id);
    };
    CO_TRY(Changed changed, co_await change<Changed>(context_.writer, loop, work, apply));
    co_return std::move(changed.account);
}

async::Task<Answer<void>> Accounts::erase(async::Loop& loop, AccountId id,
                                          std::optional<std::string> password, Actor by) {
    if (password) {
        CO_CHECK(co_await confirm_password(context_, loop, id, std::move(*password), "password"));
    }
    const auto work = [this, id, by](store::Database& database) -> Answer<Nothing> {
        const StoredAccount stored = TRY(account_of(database, id));
        TRY_VOID(check_not_last_admin(database, stored.account));
        const WallTime now = context_.clock.wall();
        TRY_VOID(erase_person(database, id, now));
        const auto& erase_along = context_.settings.erase_along;
        if (erase_along) TRY_VOID(erase_along(database, id));
        TRY_VOID(audit::record(database, deed_on(id, "account.delete", by), now));
        return Nothing{};
    };
    const auto apply = [this, id](Nothing&) {
        context_.principals.put(id, nullptr);
        context_.sessions.forget(id, "");
        context_.tokens.forget(id);
    };
    CO_CHECK(co_await change<Nothing>(context_.writer, loop, work, apply));
    co_return Answer<void>();
}

async::Task<Answer<void>> Accounts::verify_email(async::Loop& loop, std::string token,
                                                 std::string address) {
    const Milliseconds wait = context_.throttles.link(address, context_.clock.steady());
    if (wait != Milliseconds(0)) {
        co_return refuse(Reason::TooManyAttempts, "too many links were tried from there", {}, wait);
    }
    const auto work = [this, token](store::Database& database) -> Answer<Nothing> {
        const auto link =
            TRY(use_link(database, LinkKind::VerifyEmail, token, context_.clock.wall()));
        if (!link) return refuse(Reason::LinkInvalid, "this link was used already or is too old");
        store::Statement update = TRY(
            database.prepare("UPDATE account SET email_verified = 1 WHERE id = ? AND email = ?"));
        update.bind(link->account.value).bind(link->email);
        TRY_VOID(update.step());
        return Nothing{};
    };
    CO_CHECK(co_await change<Nothing>(context_.writer, loop, work, nothing_in_memory));
    co_return Answer<void>();
}

async::Task<Answer<void>> Accounts::send_verification(async::Loop& loop, AccountId id) {
    if (!context_.outbox.can_send()) {
        co_return refuse(Reason::MailUnavailable, "this server sends no mail");
    }
    using Queued = std::optional<Mail>;
    const auto work = [this, id](store::Database& database) -> Answer<Queued> {
        const StoredAccount stored = TRY(account_of(database, id));
        if (!stored.account.email || stored.account.email_verified) return Queued();
        Queued mail = TRY(queue_mail(context_, database, MailKind::VerifyEmail, stored.account));
        if (mail) return mail;
        return refuse(Reason::TooManyAttempts, "a mail was sent a short while ago; look for it", {},
                      std::chrono::minutes(20));
    };
    const auto apply = [this](Queued& mail) { post_mail(context_, mail); };
    CO_CHECK(co_await change<Queued>(context_.writer, loop, work, apply));
    co_return Answer<void>();
}

}  // namespace shopcast::people
