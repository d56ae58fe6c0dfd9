#include "people/two_step.hpp"

#include <algorithm>

#include "audit/deed.hpp"
#include "people/account_rows.hpp"
#include "people/change.hpp"
#include "people/limits.hpp"
#include "people/passwords.hpp"
#include "people/totp.hpp"

namespace shopcast::people {
namespace {

std::unexpected<Refusal> wrong_code() {
    return refuse(Reason::InvalidCode, "that code is wrong, too old or was used already", "code");
}

/// A recovery code has 40 bits: enough against guessing through the door, where they are throttled.
/// Whoever can read the hashes can read totp_secret as well.
SecretHash recovery_hash(const AccountId& id, std::string_view code) {
    return hash_of(id.value + ":" + totp::plain_recovery_code(code));
}

Result<bool> use_recovery_code(store::Database& database, const AccountId& id,
                               std::string_view code) {
    store::Statement erase =
        TRY(database.prepare("DELETE FROM totp_recovery_code WHERE account = ? AND hash = ?"));
    erase.bind(id.value).bind(ByteSpan(recovery_hash(id, code)));
    TRY_VOID(erase.step());
    return database.changed_rows() == 1;
}

Result<void> erase_recovery_codes(store::Database& database, const AccountId& id) {
    store::Statement erase =
        TRY(database.prepare("DELETE FROM totp_recovery_code WHERE account = ?"));
    erase.bind(id.value);
    TRY_VOID(erase.step());
    return {};
}

Result<void> set_secret(store::Database& database, const AccountId& id, ByteSpan secret,
                        std::int64_t last_step) {
    store::Statement update = TRY(
        database.prepare("UPDATE account SET totp_secret = ?, totp_last_step = ? WHERE id = ?"));
    if (secret.empty()) {
        update.bind_null();
    } else {
        update.bind(secret);
    }
    update.bind(last_step).bind(id.value);
    TRY_VOID(update.step());
    return {};
}

audit::Deed deed_on(const AccountId& id, std::string_view action, const Actor& by) {
    return {.by = by, .action = std::string(action), .target = "account/" + id.value};
}

using Who = std::shared_ptr<const Principal>;

}  // namespace

async::Task<Answer<TwoStep::Offer>> TwoStep::begin(async::Loop& loop, AccountId id,
                                                   std::string password) {
    CO_CHECK(co_await confirm_password(context_, loop, id, std::move(password), "password"));
    const auto look_up = [id](store::Database& database) { return read_account(database, id); };
    CO_TRY(const auto stored, co_await context_.readers.read<std::optional<StoredAccount>>(
                                  loop, read_for(id), look_up));
    if (!stored) co_return refuse(Reason::NotFound, "there is no such account");
    if (stored->account.totp) {
        co_return refuse(Reason::TwoStepState, "two-step sign-in is on already");
    }
    const ByteVector secret = totp::new_secret(context_.random);
    keep_pending(id, secret);
    co_return Offer{.secret = totp::to_shown(secret),
                    .otpauth_url = totp::otpauth_url(secret, context_.settings.shop_name,
                                                     stored->account.login)};
}

async::Task<Answer<std::vector<std::string>>> TwoStep::confirm(async::Loop& loop, AccountId id,
                                                               std::string code, Actor by) {
    const SteadyTime now = context_.clock.steady();
    const ByteVector secret = pending_secret(id);
    if (secret.empty()) {
        co_return refuse(Reason::TwoStepState, "the secret was shown too long ago; begin again");
    }
    const Milliseconds wait = context_.throttles.code(id.value, now);
    if (wait != Milliseconds(0)) {
        co_return refuse(Reason::TooManyAttempts, "too many wrong codes; wait a little", {}, wait);
    }
    const auto step = totp::accept(secret, code, context_.clock.wall(), 0);
    if (!step) co_return wrong_code();
    std::vector<std::string> codes = totp::new_recovery_codes(context_.random);
    const auto work = [this, id, secret, codes, by,
                       last = *step](store::Database& database) -> Answer<Who> {
        const StoredAccount stored = TRY(account_of(database, id));
        if (stored.account.totp) {
            return refuse(Reason::TwoStepState, "two-step sign-in is on already");
        }
        TRY_VOID(set_secret(database, id, secret, last));
        TRY_VOID(erase_recovery_codes(database, id));
        for (const std::string& recovery : codes) {
            store::Statement insert = TRY(
                database.prepare("INSERT INTO totp_recovery_code(account, hash) VALUES (?, ?)"));
            insert.bind(id.value).bind(ByteSpan(recovery_hash(id, recovery)));
            TRY_VOID(insert.step());
        }
        TRY_VOID(
            audit::record(database, deed_on(id, "account.totp_on", by), context_.clock.wall()));
        return TRY(context_.principals.read(database, id));
    };
    const auto apply = [this, id](Who& who) {
        context_.principals.put(id, who);
        const Lock lock(mutex_);
        pending_.erase(id);
    };
    CO_CHECK(co_await change<Who>(context_.writer, loop, work, apply));
    context_.throttles.code_was_right(id.value, now);
    co_return codes;
}

async::Task<Answer<void>> TwoStep::disable(async::Loop& loop, AccountId id, std::string password,
                                           std::string code, Actor by) {
    CO_CHECK(co_await confirm_password(context_, loop, id, std::move(password), "password"));
    const SteadyTime now = context_.clock.steady();
    const Milliseconds wait = context_.throttles.code(id.value, now);
    if (wait != Milliseconds(0)) {
        co_return refuse(Reason::TooManyAttempts, "too many wrong codes; wait a little", {}, wait);
    }
    const auto work = [this, id, code, by](store::Database& database) -> Answer<Who> {
        const StoredAccount stored = TRY(account_of(database, id));
        if (!stored.account.totp) {
            return refuse(Reason::TwoStepState, "two-step sign-in is not on");
        }
        const WallTime at = context_.clock.wall();
        if (!TRY(use_code(database, id, code, at))) return wrong_code();
        TRY_VOID(set_secret(database, id, {}, stored.totp_last_step));
        TRY_VOID(erase_recovery_codes(database, id));
        TRY_VOID(audit::record(database, deed_on(id, "account.totp_off", by), at));
        return TRY(context_.principals.read(database, id));
    };
    const auto apply = [this, id](Who& who) { context_.principals.put(id, who); };
    CO_CHECK(co_await change<Who>(context_.writer, loop, work, apply));
    context_.throttles.code_was_right(id.value, now);
    co_return Answer<void>();
}

Result<bool> TwoStep::use_code(store::Database& database, const AccountId& id,
                               std::string_view code, WallTime now) {
    const auto stored = TRY(read_account(database, id));
    if (!stored) return false;
    if (stored->totp_secret.empty()) return true;
    const auto step = totp::accept(stored->totp_secret, code, now, stored->totp_last_step);
    if (!step) return use_recovery_code(database, id, code);
    TRY_VOID(set_secret(database, id, stored->totp_secret, *step));
    return true;
}

void TwoStep::keep_pending(const AccountId& id, const ByteVector& secret) {
    const Lock lock(mutex_);
    pending_[id] = {secret, context_.clock.steady()};
    if (pending_.size() <= limits::totp_pending_max) return;
    auto oldest = pending_.begin();
    for (auto it = pending_.begin(); it != pending_.end(); ++it) {
        if (it->second.since < oldest->second.since) oldest = it;
    }
    pending_.erase(oldest);
}

ByteVector TwoStep::pending_secret(const AccountId& id) {
    const Lock lock(mutex_);
    const auto found = pending_.find(id);
    if (found == pending_.end()) return {};
    if (context_.clock.steady() - found->second.since >= limits::totp_pending_for) {
        pending_.erase(found);
        return {};
    }
    return found->second.secret;
}

}  // namespace shopcast::people
