#include "people/people.hpp"

#include <algorithm>
#include <set>

namespace shopcast::people {
namespace {

std::unique_ptr<MailSender> sender_for(const Settings& settings,
                                       std::unique_ptr<MailSender> given) {
    if (given || settings.mail.smtp_url.empty() || settings.public_url.empty()) return given;
    return smtp_sender(settings.mail);
}

}  // namespace

Result<People::Loaded> People::load(store::Database& database, const Settings& settings) {
    Loaded loaded{.sessions = TRY(Sessions::load(database)),
                  .tokens = TRY(ApiTokens::load(database)),
                  .mails = TRY(MailOutbox::load(database)),
                  .setup_needed = TRY(Setup::is_needed(database))};
    const Principals principals(settings.staff_totp_required);
    std::set<AccountId> accounts;
    for (const Session& session : loaded.sessions) accounts.insert(session.account);
    for (const ApiToken& token : loaded.tokens) accounts.insert(token.account);
    for (const AccountId& id : accounts) {
        loaded.principals.emplace(id, TRY(principals.read(database, id)));
    }
    return loaded;
}

People::People(Loaded loaded, Settings settings, store::Writer& writer, store::Readers& readers,
               Random& random, const Clock& clock, std::unique_ptr<MailSender> sender)
    : settings_(std::move(settings)),
      writer_(writer),
      principals_(settings_.staff_totp_required),
      hasher_(settings_.password_cost, random),
      sessions_(hold(loaded),
                {.idle = settings_.session_idle, .absolute = settings_.session_absolute},
                principals_, writer, random, clock),
      tokens_(std::move(loaded.tokens), principals_, writer, random, clock),
      outbox_(std::move(loaded.mails), sender_for(settings_, std::move(sender)), settings_, writer,
              random, clock),
      context_{.settings = settings_,
               .writer = writer,
               .readers = readers,
               .random = random,
               .clock = clock,
               .hasher = hasher_,
               .throttles = throttles_,
               .principals = principals_,
               .sessions = sessions_,
               .tokens = tokens_,
               .outbox = outbox_,
               .setup_needed = loaded.setup_needed},
      accounts_(context_),
      two_step_(context_),
      sign_in_(context_, two_step_),
      passwords_(context_),
      roles_(context_),
      setup_(context_) {}

People::~People() {
    outbox_.stop();
    writer_.drain();  // what it has yet to answer changes what is in memory here
}

std::vector<Session> People::hold(Loaded& loaded) {
    for (const Session& session : loaded.sessions) {
        principals_.hold(session.account, loaded.principals[session.account]);
    }
    for (const ApiToken& token : loaded.tokens) {
        principals_.hold(token.account, loaded.principals[token.account]);
    }
    return std::move(loaded.sessions);
}

async::Task<void> People::tend(async::Loop& loop) {
    while (!loop.is_stopping()) {
        co_await loop.sleep_for(std::chrono::minutes(1));
        if (loop.is_stopping()) co_return;
        co_await settle(loop);
    }
}

async::Task<void> People::settle(async::Loop& loop) {
    co_await sessions_.settle(loop);
    co_await tokens_.settle(loop);
}

}  // namespace shopcast::people
