#include "people/sign_in.hpp"

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/text.hpp"
#include "people/account_changes.hpp"
#include "people/change.hpp"
#include "people/known_places.hpp"

namespace shopcast::people {
namespace {

metrics::Counter& right =
    metrics::counter("shopcast_people_sign_ins_total", "Attempts to sign in.", {{"result", "ok"}});
metrics::Counter& wrong = metrics::counter("shopcast_people_sign_ins_total", "Attempts to sign in.",
                                           {{"result", "refused"}});
metrics::Counter& throttled = metrics::counter("shopcast_people_sign_ins_total",
                                               "Attempts to sign in.", {{"result", "throttled"}});

/// `meant` is what there is of that login: nobody is told, but for the log.
std::unexpected<Refusal> wrong_credentials(const std::optional<StoredAccount>& meant) {
    wrong.add();
    Refusal refusal(Reason::InvalidCredentials, "the login or the password is wrong");
    if (meant) refusal.account = meant->account.id.value;
    return std::unexpected(std::move(refusal));
}

std::unexpected<Refusal> too_many_attempts(Milliseconds wait, std::string account = {}) {
    throttled.add();
    Refusal refusal(Reason::TooManyAttempts, "too many attempts; wait a little and try again", {},
                    wait);
    refusal.account = std::move(account);
    return std::unexpected(std::move(refusal));
}

/// A refusal that says something about the password or code; others are the server's own.
bool was_a_guess(Reason reason) {
    return reason == Reason::InvalidCredentials || reason == Reason::InvalidCode ||
           reason == Reason::TooManyAttempts;
}

/// What was proved outside of the transaction, to be held against the account as it is in it.
struct Proof {
    AccountId account;
    std::string password_hash;
    std::string rehashed;  ///< Empty: the hash stays.
    std::string code;
};

Answer<Entrance> enter(Context& context, store::Database& database, const Proof& proof,
                       const Visit& visit) {
    const auto stored = TRY(read_account(database, proof.account));
    // Disabled, deleted or given another password while the hash was computed.
    if (!stored || stored->account.disabled || stored->password_hash != proof.password_hash) {
        return wrong_credentials(stored);
    }
    const WallTime now = context.clock.wall();
    if (!TRY(TwoStep::use_code(database, proof.account, proof.code, now))) {
        wrong.add();
        Refusal refusal(Reason::InvalidCode, "that code is wrong, too old or was used already",
                        "code");
        refusal.account = proof.account.value;
        return std::unexpected(std::move(refusal));
    }
    if (!proof.rehashed.empty()) TRY_VOID(set_password(database, proof.account, proof.rehashed));
    Entrance entrance{.account = stored->account};
    TRY_VOID(begin_session(context, database, entrance, visit));
    return entrance;
}

}  // namespace

SignedIn signed_in(Entrance entrance) {
    Sessions::Fresh& session = *entrance.session;
    return {.account = std::move(entrance.account),
            .token = std::move(session.token),
            .browser = std::move(entrance.browser),
            .caller = {.who = std::move(entrance.principal), .session_id = session.session.id}};
}

async::Task<Answer<SignedIn>> SignIn::sign_in(async::Loop& loop, Credentials credentials,
                                              Visit visit) {
    credentials.login = to_lower(trim(credentials.login));
    const std::string login = credentials.login;
    const SteadyTime now = context_.clock.steady();
    const Milliseconds wait = context_.throttles.sign_in(login, visit.address, now);
    std::string home;  // Empty: it is taken from what strangers may try.
    if (wait != Milliseconds(0)) {
        CO_TRY(home, co_await home_of(loop, login, visit));
        if (home.empty()) co_return too_many_attempts(wait);
        const Milliseconds at_home = context_.throttles.at_home(login, home, now);
        if (at_home != Milliseconds(0)) co_return too_many_attempts(at_home);
    }
    Answer<SignedIn> answer = co_await attempt(loop, std::move(credentials), visit);
    const bool was_right = answer || !was_a_guess(answer.error().reason);
    if (was_right && home.empty()) {
        context_.throttles.sign_in_was_right(login, visit.address, now);
    } else if (was_right) {
        context_.throttles.at_home_was_right(login, home, now);
    }
    co_return answer;
}

async::Task<Answer<std::string>> SignIn::home_of(async::Loop& loop, std::string login,
                                                 Visit visit) {
    store::ReadFor whose = read_for(visit.address);
    const auto look_up = [login = std::move(login),
                          visit = std::move(visit)](store::Database& database) {
        return find_place(database, login, visit);
    };
    CO_TRY(std::string home,
           co_await context_.readers.read<std::string>(loop, std::move(whose), look_up));
    co_return home;
}

async::Task<Answer<SignedIn>> SignIn::attempt(async::Loop& loop, Credentials credentials,
                                              Visit visit) {
    const std::string& login = credentials.login;
    const SteadyTime now = context_.clock.steady();
    const auto look_up = [login](store::Database& database) {
        return read_account_by_login(database, login);
    };
    CO_TRY(auto stored, co_await context_.readers.read<std::optional<StoredAccount>>(
                            loop, read_for(visit.address), look_up));
    const bool usable = stored && !stored->account.disabled;
    std::string known_hash = usable ? stored->password_hash : std::string();
    CO_TRY(const PasswordHasher::Verdict verdict,
           co_await context_.hasher.verify(loop, share_of(visit.address), credentials.password,
                                           known_hash));
    if (!verdict.matches) co_return wrong_credentials(stored);

    if (stored->account.totp) {
        if (trim(credentials.code).empty()) {
            co_return refuse(Reason::CodeRequired, "enter the code of your authenticator app",
                             "code");
        }
        const Milliseconds code_wait = context_.throttles.code(stored->account.id.value, now);
        if (code_wait != Milliseconds(0)) {
            co_return too_many_attempts(code_wait, stored->account.id.value);
        }
    }
    Proof proof{stored->account.id, std::move(known_hash), {}, std::move(credentials.code)};
    if (verdict.needs_rehash) {
        CO_TRY(proof.rehashed, co_await context_.hasher.hash(loop, share_of(visit.address),
                                                             std::move(credentials.password)));
    }
    const auto work = [this, proof, visit](store::Database& database) {
        return enter(context_, database, proof, visit);
    };
    const auto apply = [this](Entrance& entrance) { admit(context_, entrance); };
    CO_TRY(Entrance entrance, co_await change<Entrance>(context_.writer, loop, work, apply));
    if (stored->account.totp) context_.throttles.code_was_right(stored->account.id.value, now);
    right.add();
    log::info("session.begun",
              {{"account", entrance.account.id.value},
               {"address", visit.address},
               {"proved_by", stored->account.totp ? "password and code" : "password"}});
    co_return signed_in(std::move(entrance));
}

async::Task<Answer<SignedIn>> SignIn::sign_up(async::Loop& loop, NewAccount account, Visit visit) {
    if (!context_.settings.sign_up) {
        co_return refuse(Reason::SignUpClosed, "this server takes no new accounts by itself");
    }
    CO_TRY(const Account fresh,
           account_from(account, false, context_.random, context_.clock.wall()));
    const Milliseconds wait = context_.throttles.sign_up(visit.address, context_.clock.steady());
    if (wait != Milliseconds(0)) co_return too_many_attempts(wait);
    CO_TRY(const std::string hash, co_await context_.hasher.hash(loop, share_of(visit.address),
                                                                 std::move(account.password)));
    const Actor by{.account = fresh.id, .address = visit.address};
    const auto work = [this, fresh, hash, visit, by](store::Database& database) {
        return enter_new(context_, database, fresh, hash, visit, by);
    };
    const auto apply = [this](Entrance& entrance) { admit(context_, entrance); };
    CO_TRY(Entrance entrance, co_await change<Entrance>(context_.writer, loop, work, apply));
    co_return signed_in(std::move(entrance));
}

async::Task<Answer<void>> SignIn::sign_out(async::Loop& loop, Caller caller) {
    if (!caller.who || caller.session_id.empty()) co_return Answer<void>();
    const Answer<void> ended =
        co_await context_.sessions.end(loop, caller.who->id, caller.session_id);
    if (!ended && ended.error().reason != Reason::NotFound) co_return ended;
    co_return Answer<void>();
}

}  // namespace shopcast::people
