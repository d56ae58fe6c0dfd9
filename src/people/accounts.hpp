#pragma once

#include <optional>
#include <string>
#include <vector>

#include "async/task.hpp"
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
    async::Task<Answer<Account>> create(async::Loop& loop, NewAccount account,
                                        std::vector<Grant> grants, Actor by);

    /// Errors: NotFound (also when it was deleted), Busy.
    async::Task<Answer<Account>> find(async::Loop& loop, AccountId id);
    async::Task<Answer<Account>> find_by_login(async::Loop& loop, std::string login);

    /// `query`: part of the login or display name, or a whole e-mail address; empty: everybody.
    async::Task<Answer<AccountPage>> list(async::Loop& loop, std::string query, std::string after,
                                          int limit);

    /// A new e-mail address is not verified; where mail can be sent, a link goes to it.
    /// Errors: InvalidInput, InvalidCredentials (field password), TooManyAttempts, NotFound, Busy.
    async::Task<Answer<Account>> change_profile(async::Loop& loop, AccountId id,
                                                ProfileChange change, Actor by);
    /// Ends the way to everything the account could do, at once: sessions, requests by token,
    /// roles. Errors: NotFound, LastAdmin, Busy.
    async::Task<Answer<Account>> set_disabled(async::Loop& loop, AccountId id, bool disabled,
                                              Actor by);
    /// Erases everything personal and keeps the login reserved. With `password` empty: by somebody
    /// else than the account's owner. Errors: InvalidCredentials (field password),
    /// TooManyAttempts, LastAdmin, NotFound, Busy.
    async::Task<Answer<void>> erase(async::Loop& loop, AccountId id,
                                    std::optional<std::string> password, Actor by);
    /// Uses a link of VerifyEmail. Errors: LinkInvalid, TooManyAttempts, Busy.
    async::Task<Answer<void>> verify_email(async::Loop& loop, std::string token,
                                           std::string address);
    /// Sends that link again. Errors: MailUnavailable, TooManyAttempts, NotFound, Busy.
    async::Task<Answer<void>> send_verification(async::Loop& loop, AccountId id);

private:
    Context& context_;
};

}  // namespace shopcast::people
