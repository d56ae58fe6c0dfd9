#pragma once

#include <optional>
#include <string>

#include "people/account_rows.hpp"
#include "people/accounts.hpp"
#include "people/audit_log.hpp"
#include "people/context.hpp"
#include "people/sign_in.hpp"

/// What several parts of people/ do inside of their changes.
namespace shopcast::people {

/// A valid account that is not in the database yet. `password` is checked too; empty only with
/// `may_lack_password`. Errors: InvalidInput.
Answer<Account> account_from(const NewAccount& fresh, bool may_lack_password, Random& random,
                             WallTime now);

/// Queues a mail where mail can be sent, the account has an address for it (verified, but for
/// VerifyEmail), and not too many went there lately. In the writer's transaction; what it gives is
/// posted after the commit.
Result<std::optional<Mail>> queue_mail(Context& context, store::Database& database, MailKind kind,
                                       const Account& account);
void post_mail(Context& context, std::optional<Mail>& mail);

/// An account in the writer's transaction, with its roles, and a session for `visit` where given.
struct Entrance {
    Account account;
    std::optional<Sessions::Fresh> session;
    std::shared_ptr<const Principal> principal;
    std::optional<Mail> mail;
    std::string browser{};  ///< The token by which the browser is known from now on.
};
/// The session of an account that has just been proved, in the writer's transaction.
Result<void> begin_session(Context& context, store::Database& database, Entrance& entrance,
                           const Visit& visit);
/// Errors: LoginTaken, TooMany.
Answer<Entrance> enter_new(Context& context, store::Database& database, const Account& account,
                           std::string_view password_hash, const std::optional<Visit>& visit,
                           const Actor& by);
/// After the commit.
void admit(Context& context, Entrance& entrance);
/// REQUIRES: the entrance has a session.
SignedIn signed_in(Entrance entrance);

/// Everything of an account but its id and login, in the database.
Result<void> erase_person(store::Database& database, const AccountId& id, WallTime now);

}  // namespace shopcast::people
