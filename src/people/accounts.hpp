#pragma once

#include <optional>
#include <string>
#include <vector>

#include "net/task.hpp"
#include "people/account.hpp"
#include "people/context.hpp"

namespace shopcast::people {

struct NewAccount {
    std::string login;
    std::string password;
    std::string display_name;  ///< Empty: the login.
    std::optional<std::string> email;
    Language language = Language::En;
};

/// What to change; the rest stays.
struct ProfileChange {
    std::optional<std::string> display_name;
    std::optional<std::string> email;  ///< "" removes it. Needs `password`.
    std::optional<Language> language;
    std::string password;  ///< The current one.
};

struct AccountPage {
    std::vector<Account> accounts;    ///< In order of their logins.
    std::optional<std::string> next;  ///< The next page's `after`; none at the end.
};

/// The accounts of the database. Everybody who signs up goes through SignIn::sign_up.
class Accounts {
public:
    explicit Accounts(Context& context) : context_(context) {}

    /// For the command line, the demo and setup: with roles, without a throttle. An empty password
    /// makes an account that needs a reset link before anybody can sign in.
    /// Errors: InvalidInput, LoginTaken, TooMany, Busy.
    net::Task<Answer<Account>> create(net::Loop& loop, NewAccount account,
                                      std::vector<Grant> grants, Actor by);

    /// Errors: NotFound (also when it was deleted), Busy.
    net::Task<Answer<Account>> find(net::Loop& loop, AccountId id);
    net::Task<Answer<Account>> find_by_login(net::Loop& loop, std::string login);

    /// `query`: part of the login or display name, or a whole e-mail address; empty: everybody.
    net::Task<Answer<AccountPage>> list(net::Loop& loop, std::string query, std::string after,
                                        int limit);

    /// A new e-mail address is not verified; where mail can be sent, a link goes to it.
    /// Errors: InvalidInput, InvalidCredentials (field password), TooManyAttempts, NotFound, Busy.
    net::Task<Answer<Account>> change_profile(net::Loop& loop, AccountId id, ProfileChange change,
                                              Actor by);
    /// Ends the way to everything the account could do, at once: sessions, requests by token,
    /// roles. Errors: NotFound, LastAdmin, Busy.
    net::Task<Answer<Account>> set_disabled(net::Loop& loop, AccountId id, bool disabled, Actor by);
    /// Erases everything personal and keeps the login reserved. With `password` empty: by somebody
    /// else than the account's owner. Errors: InvalidCredentials (field password),
    /// TooManyAttempts, LastAdmin, NotFound, Busy.
    net::Task<Answer<void>> erase(net::Loop& loop, AccountId id,
                                  std::optional<std::string> password, Actor by);
    /// Uses a link of VerifyEmail. Errors: LinkInvalid, TooManyAttempts, Busy.
    net::Task<Answer<void>> verify_email(net::Loop& loop, std::string token, std::string address);
    /// Sends that link again. Errors: MailUnavailable, TooManyAttempts, NotFound, Busy.
    net::Task<Answer<void>> send_verification(net::Loop& loop, AccountId id);

private:
    Context& context_;
};

}  // namespace shopcast::people
