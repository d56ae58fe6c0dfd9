#include "people/api_tokens.hpp"

#include <algorithm>

#include "audit/deed.hpp"
#include "base/log.hpp"
#include "people/change.hpp"
#include "people/limits.hpp"

namespace shopcast::people {
namespace {

constexpr std::string_view prefix = "sct_";  // secret scanners and people know it by that

Result<void> insert_token(store::Database& database, const ApiToken& token) {
    store::Statement insert = TRY(database.prepare(
        "INSERT INTO api_token(hash, id, account, name, scopes, created_at_ms, expires_at_ms)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)"));
    insert.bind(ByteSpan(token.hash)).bind(token.id).bind(token.account.value).bind(token.name);
    insert.bind(token.scopes.to_text()).bind(to_unix_ms(token.created_at));
    if (token.expires_at) {
        insert.bind(to_unix_ms(*token.expires_at));
    } else {
        insert.bind_null();
    }
    TRY_VOID(insert.step());
    return {};
}

Result<void> erase_token(store::Database& database, const SecretHash& hash) {
    store::Statement erase = TRY(database.prepare("DELETE FROM api_token WHERE hash = ?"));
    erase.bind(ByteSpan(hash));
    TRY_VOID(erase.step());
    return {};
}

Result<void> save_last_used(store::Database& database, const ApiToken& token) {
    store::Statement update = TRY(database.prepare(
        "UPDATE api_token SET last_used_at_ms = ?, last_used_from = ? WHERE hash = ?"));
    update.bind(to_unix_ms(*token.last_used_at)).bind(token.last_used_from);
    update.bind(ByteSpan(token.hash));
    TRY_VOID(update.step());
    return {};
}

bool is_over(const ApiToken& token, WallTime now) {
    return token.expires_at && now >= *token.expires_at;
}

Answer<std::string> checked_name(std::string_view text) {
    // The rules of a display name; only the words differ.
    Answer<std::string> name = checked_display_name(text);
    if (name) return name;
    return refuse(Reason::InvalidInput,
                  "a token's name has 1 to 60 characters, none of them control characters", "name");
}

}  // namespace

Result<std::vector<ApiToken>> ApiTokens::load(store::Database& database) {
    store::Statement query = TRY(database.prepare(
        "SELECT hash, id, account, name, scopes, created_at_ms, last_used_at_ms, expires_at_ms,"
        " last_used_from FROM api_token"));
    const auto time = [&](int column) { return WallTime(Milliseconds(query.integer(column))); };
    std::vector<ApiToken> tokens;
    while (TRY(query.step())) {
        ApiToken token{.hash = TRY(secret_hash_from(query.blob(0))),
                       .id = std::string(query.text(1)),
                       .account = AccountId(std::string(query.text(2))),
                       .name = std::string(query.text(3)),
                       .scopes = Scopes::from_text(query.text(4)),
                       .created_at = time(5),
                       .last_used_from = std::string(query.text(8))};
        if (!query.is_null(6)) token.last_used_at = time(6);
        if (!query.is_null(7)) token.expires_at = time(7);
        tokens.push_back(std::move(token));
    }
    return tokens;
}

ApiTokens::ApiTokens(std::vector<ApiToken> tokens, Principals& principals, store::Writer& writer,
                     Random& random, const Clock& clock)
    : principals_(principals), writer_(writer), random_(random), clock_(clock) {
    const Lock lock(mutex_);
    for (ApiToken& token : tokens) add(std::move(token));
}

Caller ApiTokens::find(std::string_view token, std::string_view address) {
    if (!token.starts_with(prefix)) return {};
    const SecretHash hash = hash_of(token);
    const WallTime now = clock_.wall();
    std::shared_ptr<const ApiToken> known;
    {
        const Lock lock(mutex_);
        const auto found = by_hash_.find(hash);
        if (found == by_hash_.end() || is_over(*found->second.token, now)) return {};
        Entry& entry = found->second;
        if (!entry.last_used_at || now - *entry.last_used_at >= limits::last_seen_precision ||
            entry.last_used_from != address) {
            entry.last_used_at = now;
            entry.last_used_from = address;
            entry.touched = true;
        }
        known = entry.token;
    }
    std::shared_ptr<const Principal> who = principals_.find(known->account);
    if (!who) return {};
    return {.who = std::move(who), .token_id = known->id, .scopes = known->scopes};
}

std::vector<ApiToken> ApiTokens::list(const AccountId& account) const {
    std::vector<ApiToken> tokens;
    const WallTime now = clock_.wall();
    const Lock lock(mutex_);
    const auto found = by_account_.find(account);
    if (found == by_account_.end()) return tokens;
    for (const SecretHash& hash : found->second) {
        const Entry& entry = by_hash_.at(hash);
        if (is_over(*entry.token, now)) continue;
        tokens.push_back(*entry.token);
        tokens.back().last_used_at = entry.last_used_at;
        tokens.back().last_used_from = entry.last_used_from;
    }
    std::ranges::sort(tokens, std::ranges::greater(), &ApiToken::created_at);
    return tokens;
}

bool ApiTokens::has_room(const Principal& who) const {
    const std::size_t mine_max =
        who.is_staff() ? limits::api_tokens_per_account_max : limits::api_tokens_per_viewer_max;
    const std::size_t all_max =
        limits::api_tokens_max - (who.is_staff() ? 0 : limits::api_tokens_of_staff);
    const Lock lock(mutex_);
    const auto mine = by_account_.find(who.id);
    const std::size_t count = mine == by_account_.end() ? 0 : mine->second.size();
    return count < mine_max && by_hash_.size() < all_max;
}

async::Task<Answer<ApiTokens::Created>> ApiTokens::create(async::Loop& loop, AccountId account,
                                                          std::string name, Scopes scopes,
                                                          std::optional<int> lasts_days, Actor by) {
    CO_TRY(std::string checked, checked_name(name));
    if (scopes.empty()) {
        co_return refuse(Reason::InvalidInput, "choose at least one scope", "scopes");
    }
    if (lasts_days && (*lasts_days < 1 || *lasts_days > 365)) {
        co_return refuse(Reason::InvalidInput, "a token lasts 1 to 365 days, or has no end",
                         "expires_in_days");
    }
    const WallTime now = clock_.wall();
    Created created{.token = {.hash = {},
                              .id = random_token(random_, 9),
                              .account = account,
                              .name = std::move(checked),
                              .scopes = scopes,
                              .created_at = now},
                    .secret = std::string(prefix) + random_token(random_, 20)};
    created.token.hash = hash_of(created.secret);
    if (lasts_days) created.token.expires_at = now + std::chrono::days(*lasts_days);

    const ApiToken token = created.token;
    const audit::Deed deed{.by = std::move(by),
                           .action = "token.create",
                           .target = "account/" + account.value,
                           .detail = {{"token", token.id}, {"scopes", token.scopes.to_text()}}};
    using Who = std::shared_ptr<const Principal>;
    const auto work = [this, token, deed, now](store::Database& database) -> Answer<Who> {
        Who who = TRY(principals_.read(database, token.account));
        if (!who) return refuse(Reason::NotFound, "there is no such account");
        if (!has_room(*who)) {
            return refuse(Reason::TooMany, "there are too many API tokens; remove one first");
        }
        TRY_VOID(insert_token(database, token));
        TRY_VOID(audit::record(database, deed, now));
        return who;
    };
    const auto apply = [this, token](Who& who) {
        principals_.hold(token.account, who);
        const Lock lock(mutex_);
        add(token);
    };
    CO_CHECK(co_await change<Who>(writer_, loop, work, apply));
    co_return created;
}

async::Task<Answer<void>> ApiTokens::end(async::Loop& loop, AccountId account, std::string id,
                                         Actor by) {
    std::optional<SecretHash> wanted;
    for (const ApiToken& token : list(account)) {
        if (token.id == id) wanted = token.hash;
    }
    if (!wanted) co_return refuse(Reason::NotFound, "there is no such API token");
    const SecretHash hash = *wanted;
    const audit::Deed deed{.by = std::move(by),
                           .action = "token.delete",
                           .target = "account/" + account.value,
                           .detail = {{"token", id}}};
    const WallTime now = clock_.wall();
    const auto work = [hash, deed, now](store::Database& database) -> Answer<Nothing> {
        TRY_VOID(erase_token(database, hash));
        TRY_VOID(audit::record(database, deed, now));
        return Nothing{};
    };
    const auto apply = [this, hash](Nothing&) {
        const Lock lock(mutex_);
        remove(hash);
    };
    CO_CHECK(co_await change<Nothing>(writer_, loop, work, apply));
    co_return Answer<void>();
}

async::Task<void> ApiTokens::settle(async::Loop& loop) {
    std::vector<ApiToken> used;
    std::vector<SecretHash> expired;
    {
        const WallTime now = clock_.wall();
        const Lock lock(mutex_);
        for (auto& [hash, entry] : by_hash_) {
            if (expired.size() < limits::people_rows_at_once && is_over(*entry.token, now)) {
                expired.push_back(hash);
            } else if (entry.touched && used.size() < limits::people_rows_at_once) {
                entry.touched = false;
                used.push_back(*entry.token);
                used.back().last_used_at = entry.last_used_at;
                used.back().last_used_from = entry.last_used_from;
            }
        }
    }
    if (used.empty() && expired.empty()) co_return;
    store::Writer::Work work = [used, expired](store::Database& database) -> Result<void> {
        for (const ApiToken& token : used) TRY_VOID(save_last_used(database, token));
        for (const SecretHash& hash : expired) TRY_VOID(erase_token(database, hash));
        return {};
    };
    const Result<void> saved = co_await writer_.run(loop, std::move(work));
    if (!saved) {
        log::warning("people.tokens_unsaved", {{"reason", saved.error().message}});
        co_return;
    }
    const Lock lock(mutex_);
    for (const SecretHash& hash : expired) remove(hash);
}

Result<void> ApiTokens::erase(store::Database& database, const AccountId& account) {
    store::Statement erase = TRY(database.prepare("DELETE FROM api_token WHERE account = ?"));
    erase.bind(account.value);
    TRY_VOID(erase.step());
    return {};
}

void ApiTokens::forget(const AccountId& account) {
    const Lock lock(mutex_);
    const auto found = by_account_.find(account);
    if (found == by_account_.end()) return;
    const std::vector<SecretHash> hashes = found->second;
    for (const SecretHash& hash : hashes) remove(hash);
}

void ApiTokens::add(ApiToken token) {
    const SecretHash hash = token.hash;
    by_account_[token.account].push_back(hash);
    const auto used = token.last_used_at;
    std::string from = token.last_used_from;
    by_hash_[hash] = {std::make_shared<const ApiToken>(std::move(token)), used, std::move(from)};
}

void ApiTokens::remove(const SecretHash& hash) {
    const auto found = by_hash_.find(hash);
    if (found == by_hash_.end()) return;
    const AccountId account = found->second.token->account;
    by_hash_.erase(found);
    const auto siblings = by_account_.find(account);
    std::erase(siblings->second, hash);
    if (siblings->second.empty()) by_account_.erase(siblings);
    principals_.release(account);
}

}  // namespace shopcast::people
