#pragma once

#include <map>
#include <memory>
#include <vector>

#include "people/accounts.hpp"
#include "people/api_tokens.hpp"
#include "people/audit_log.hpp"
#include "people/mail_outbox.hpp"
#include "people/passwords.hpp"
#include "people/permissions.hpp"
#include "people/role_grants.hpp"
#include "people/sessions.hpp"
#include "people/setup.hpp"
#include "people/sign_in.hpp"
#include "people/two_step.hpp"

namespace shopcast::people {

/// All parts of people/, put together. Made before the loops run; destroyed after they have ended,
/// and before the loops themselves, the writer and the readers.
class People {
public:
    /// What is in memory from the start.
    struct Loaded {
        std::vector<Session> sessions;
        std::vector<ApiToken> tokens;
        std::vector<Mail> mails;
        /// Of both; nullptr where the account is disabled.
        std::map<AccountId, std::shared_ptr<const Principal>> principals;
        bool setup_needed = false;
    };
    /// Reads `database`, which the caller then hands to the writer.
    static Result<Loaded> load(store::Database& database, const Settings& settings);

    /// `sender` nullptr: by SMTP as `settings` say, or none.
    People(Loaded loaded, Settings settings, store::Writer& writer, store::Readers& readers,
           Random& random, const Clock& clock, std::unique_ptr<MailSender> sender = nullptr);
    ~People();

    Sessions& sessions() { return sessions_; }
    ApiTokens& tokens() { return tokens_; }
    Accounts& accounts() { return accounts_; }
    SignIn& sign_in() { return sign_in_; }
    Passwords& passwords() { return passwords_; }
    TwoStep& two_step() { return two_step_; }
    RoleGrants& roles() { return roles_; }
    Setup& setup() { return setup_; }
    PasswordHasher& hasher() { return hasher_; }
    MailOutbox& outbox() { return outbox_; }
    const Settings& settings() const { return settings_; }

    /// Begins to send mail.
    void start() {
        if (outbox_.can_send()) outbox_.start();
    }
    /// What has to be done once a minute, until `loop` stops: spawn it on one loop.
    async::Task<void> tend(async::Loop& loop);
    /// Does it once.
    async::Task<void> settle(async::Loop& loop);

private:
    std::vector<Session> hold(Loaded& loaded);

    const Settings settings_;
    store::Writer& writer_;
    Principals principals_;
    Throttles throttles_;
    PasswordHasher hasher_;
    Sessions sessions_;
    ApiTokens tokens_;
    MailOutbox outbox_;
    Context context_;
    Accounts accounts_;
    TwoStep two_step_;
    SignIn sign_in_;
    Passwords passwords_;
    RoleGrants roles_;
    Setup setup_;
};

}  // namespace shopcast::people
