#include "people/passwords.hpp"

#include "audit/deed.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "people/account_changes.hpp"
#include "people/change.hpp"
#include "people/known_places.hpp"
#include "people/limits.hpp"

namespace shopcast::people {
namespace {

std::unexpected<Refusal> link_invalid() {
    return refuse(Reason::LinkInvalid, "this link was used already or is too old; ask for another");
}

/// Everything that a new password means, but for a new session.
Result<std::optional<Mail>> replace_password(Context& context, store::Database& database,
                                             const Account& account, std::string_view hash,
                                             std::string_view action, const Actor& by) {
    TRY_VOID(set_password(database, account.id, hash));
    TRY_VOID(Sessions::erase(database, account.id, ""));
    TRY_VOID(erase_links(database, account.id, LinkKind::ResetPassword));
    TRY_VOID(forget_places(database, account.id));
    const audit::Deed deed{
        .by = by, .action = std::string(action), .target = "account/" + account.id.value};
    TRY_VOID(audit::record(database, deed, context.clock.wall()));
    auto mail = queue_mail(context, database, MailKind::PasswordChanged, account);
    return mail ? std::move(*mail) : std::nullopt;  // a full outbox holds no new password up
}

/// Accounts that a person may mean, whose mails reach them.
Result<std::vector<AccountId>> find_for_reset(store::Database& database, std::string_view text) {
    store::Statement query = TRY(
        database.prepare("SELECT id FROM account WHERE deleted_at_ms IS NULL AND disabled = 0"
                         " AND email IS NOT NULL AND email_verified = 1"
                         " AND (login = ?1 OR email = ?1 COLLATE NOCASE) ORDER BY login LIMIT ?2"));
    query.bind(text).bind(limits::accounts_of_one_email_max);
    std::vector<AccountId> ids;
    while (TRY(query.step())) ids.emplace_back(std::string(query.text(0)));
    return ids;
}

Answer<std::vector<Mail>> queue_resets(Context& context, store::Database& database,
                                       std::string_view login_or_email) {
    std::vector<Mail> mails;
    for (const AccountId& id : TRY(find_for_reset(database, login_or_email))) {
        const StoredAccount stored = TRY(account_of(database, id));
        auto mail = TRY(queue_mail(context, database, MailKind::ResetPassword, stored.account));
        if (mail) mails.push_back(std::move(*mail));
    }
    return mails;
}

struct Reset {
    AccountId account;
    std::optional<Mail> mail;
};

}  // namespace

async::Task<Answer<SignedIn>> Passwords::change(async::Loop& loop, AccountId id,
                                                std::string current_password,
                                                std::string new_password, Visit visit) {
    CO_CHECK(co_await confirm_password(context_, loop, id, std::move(current_password),
                                       "current_password"));
    const auto look_up = [id](store::Database& database) { return read_account(database, id); };
    CO_TRY(const auto stored, co_await context_.readers.read<std::optional<StoredAccount>>(
                                  loop, read_for(id), look_up));
    if (!stored) co_return refuse(Reason::NotFound, "there is no such account");
    CO_CHECK(check_password(new_password, stored->account.login, "new_password"));
    CO_TRY(const std::string hash,
           co_await context_.hasher.hash(loop, share_of(id), std::move(new_password)));
    const std::string old_hash = stored->password_hash;

    const auto work = [this, id, hash, old_hash,
                       visit](store::Database& database) -> Answer<Entrance> {
        const StoredAccount now = TRY(account_of(database, id));
        if (now.account.disabled || now.password_hash != old_hash) {
            return refuse(Reason::InvalidCredentials, "the password has just been changed",
                          "current_password");
        }
        Entrance entrance{.account = now.account};
        const Actor by{.account = id, .address = visit.address};
        entrance.mail = TRY(
            replace_password(context_, database, now.account, hash, "account.password_change", by));
        TRY_VOID(begin_session(context_, database, entrance, visit));
        return entrance;
    };
    const auto apply = [this, id](Entrance& entrance) {
        context_.sessions.forget(id, "");
        admit(context_, entrance);
    };
    CO_TRY(Entrance entrance,
           co_await people::change<Entrance>(context_.writer, loop, work, apply));
    co_return signed_in(std::move(entrance));
}

async::Task<Answer<void>> Passwords::request_reset(async::Loop&, std::string login_or_email,
                                                   std::string address) {
    const Milliseconds wait = context_.throttles.reset(address, context_.clock.steady());
    if (wait != Milliseconds(0)) {
        co_return refuse(Reason::TooManyAttempts, "too many resets were asked for from there", {},
                         wait);
    }
    if (!context_.outbox.can_send()) co_return Answer<void>();
    const std::string wanted = to_lower(trim(login_or_email));
    auto mails = std::make_shared<std::vector<Mail>>();
    // Nobody waits for it: how long it takes would tell whether there is such an account.
    context_.writer.submit(
        [this, wanted, mails](store::Database& database) -> Result<void> {
            Answer<std::vector<Mail>> queued = queue_resets(context_, database, wanted);
            if (!queued) return std::unexpected(std::move(queued).error().error);
            *mails = std::move(*queued);
            return {};
        },
        [this, mails](const Result<void>& done) {
            if (!done) {
                log::warning("people.reset_not_queued", {{"reason", done.error().message}});
                return;
            }
            for (Mail& mail : *mails) context_.outbox.post(std::move(mail));
        });
    co_return Answer<void>();
}

async::Task<Answer<NewLink>> Passwords::make_reset_link(async::Loop& loop, AccountId id, Actor by) {
    const auto work = [this, id, by](store::Database& database) -> Answer<NewLink> {
        const StoredAccount stored = TRY(account_of(database, id));
        const WallTime now = context_.clock.wall();
        const audit::Deed deed{.by = by,
                               .action = "account.reset_link",
                               .target = "account/" + stored.account.id.value};
        TRY_VOID(audit::record(database, deed, now));
        const OneTimeLink link{.kind = LinkKind::ResetPassword, .account = id, .email = {}};
        return TRY(make_link(database, link, context_.random, now));
    };
    CO_TRY(NewLink link,
           co_await people::change<NewLink>(context_.writer, loop, work, nothing_in_memory));
    co_return link;
}

async::Task<Answer<void>> Passwords::confirm_reset(async::Loop& loop, std::string token,
                                                   std::string new_password, std::string address) {
    const Milliseconds wait = context_.throttles.link(address, context_.clock.steady());
    if (wait != Milliseconds(0)) {
        co_return refuse(Reason::TooManyAttempts, "too many links were tried from there", {}, wait);
    }
    // Looked at first, so that a wrong link costs no hash and a poor password not the link.
    using Found = std::optional<StoredAccount>;
    const auto look_up = [token,
                          now = context_.clock.wall()](store::Database& database) -> Result<Found> {
        const auto link = TRY(find_link(database, LinkKind::ResetPassword, token, now));
        if (!link) return std::nullopt;
        return read_account(database, link->account);
    };
    CO_TRY(const Found found,
           co_await context_.readers.read<Found>(loop, read_for(address), look_up));
    if (!found || found->account.disabled) co_return link_invalid();
    CO_CHECK(check_password(new_password, found->account.login, "new_password"));
    CO_TRY(const std::string hash,
           co_await context_.hasher.hash(loop, share_of(address), std::move(new_password)));

    const auto work = [this, token, hash, address](store::Database& database) -> Answer<Reset> {
        const auto link =
            TRY(use_link(database, LinkKind::ResetPassword, token, context_.clock.wall()));
        if (!link) return link_invalid();
        const StoredAccount stored = TRY(account_of(database, link->account));
        if (stored.account.disabled) return link_invalid();
        const Actor by{.account = link->account, .address = address};
        // Whoever had the account may have made some.
        TRY_VOID(ApiTokens::erase(database, link->account));
        return Reset{link->account, TRY(replace_password(context_, database, stored.account, hash,
                                                         "account.password_reset", by))};
    };
    const auto apply = [this](Reset& reset) {
        context_.sessions.forget(reset.account, "");
        context_.tokens.forget(reset.account);
        post_mail(context_, reset.mail);
    };
    CO_CHECK(co_await people::change<Reset>(context_.writer, loop, work, apply));
    co_return Answer<void>();
}

async::Task<Answer<void>> Passwords::confirm(async::Loop& loop, AccountId id,
                                             std::string password) {
    return confirm_password(context_, loop, std::move(id), std::move(password), "password");
}

async::Task<Answer<void>> confirm_password(Context& context, async::Loop& loop, AccountId id,
                                           std::string password, std::string_view field) {
    const auto look_up = [id](store::Database& database) { return read_account(database, id); };
    CO_TRY(auto stored, co_await context.readers.read<std::optional<StoredAccount>>(
                            loop, read_for(id), look_up));
    if (!stored) co_return refuse(Reason::NotFound, "there is no such account");
    const std::string& login = stored->account.login;
    const SteadyTime now = context.clock.steady();
    // Somebody who is signed in: strangers at the front door have used up nothing of this.
    constexpr std::string_view within = "signed in";
    const Milliseconds wait = context.throttles.at_home(login, within, now);
    if (wait != Milliseconds(0)) {
        co_return refuse(Reason::TooManyAttempts, "too many attempts; wait a little and try again",
                         {}, wait);
    }
    const Result<PasswordHasher::Verdict> verdict = co_await context.hasher.verify(
        loop, share_of(id), std::move(password), stored->password_hash);
    if (verdict && !verdict->matches) {
        co_return refuse(Reason::InvalidCredentials, "the password is wrong", field);
    }
    context.throttles.at_home_was_right(login, within, now);
    if (!verdict) co_return std::unexpected(verdict.error());
    co_return Answer<void>();
}

}  // namespace shopcast::people
