#include "people/sessions.hpp"

#include <algorithm>
#include <span>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "people/change.hpp"
#include "people/limits.hpp"

namespace shopcast::people {
namespace {

metrics::Gauge& open_sessions =
    metrics::gauge("shopcast_people_sessions", "Sessions of people who are signed in.");

Result<void> erase_rows(store::Database& database, std::span<const SecretHash> hashes) {
    for (const SecretHash& hash : hashes) {
        store::Statement erase = TRY(database.prepare("DELETE FROM session WHERE hash = ?"));
        erase.bind(ByteSpan(hash));
        TRY_VOID(erase.step());
    }
    return {};
}

Result<void> save_last_seen(store::Database& database, std::span<const Session> sessions) {
    for (const Session& session : sessions) {
        const std::int64_t at = to_unix_ms(session.last_seen_at);
        store::Statement update =
            TRY(database.prepare("UPDATE session SET last_seen_at_ms = ? WHERE hash = ?"));
        update.bind(at).bind(ByteSpan(session.hash));
        TRY_VOID(update.step());
        store::Statement person = TRY(database.prepare(
            "UPDATE account SET last_seen_at_ms = max(coalesce(last_seen_at_ms, 0), ?)"
            " WHERE id = ? AND deleted_at_ms IS NULL"));
        person.bind(at).bind(session.account.value);
        TRY_VOID(person.step());
    }
    return {};
}

/// At most limits::people_rows_at_once of what is left, taken from the end of `rows`.
template <typename T>
std::vector<T> take_piece(std::vector<T>& rows) {
    const std::size_t count = std::min(rows.size(), limits::people_rows_at_once);
    std::vector<T> piece(rows.end() - static_cast<std::ptrdiff_t>(count), rows.end());
    rows.resize(rows.size() - count);
    return piece;
}

}  // namespace

Result<std::vector<Session>> Sessions::load(store::Database& database) {
    store::Statement query = TRY(database.prepare(
        "SELECT hash, id, account, over_tls, created_at_ms, last_seen_at_ms, expires_at_ms,"
        " address, user_agent FROM session"));
    const auto time = [&](int column) { return WallTime(Milliseconds(query.integer(column))); };
    std::vector<Session> sessions;
    while (TRY(query.step())) {
        sessions.push_back(
            {.hash = TRY(secret_hash_from(query.blob(0))),
             .id = std::string(query.text(1)),
             .account = AccountId(std::string(query.text(2))),
             .visit = {.transport = query.integer(3) != 0 ? Transport::Tls : Transport::Plain,
                       .address = std::string(query.text(7)),
                       .user_agent = std::string(query.text(8))},
             .created_at = time(4),
             .last_seen_at = time(5),
             .expires_at = time(6)});
    }
    return sessions;
}

Sessions::Sessions(std::vector<Session> sessions, SessionTimes times, Principals& principals,
                   store::Writer& writer, Random& random, const Clock& clock)
    : times_(times), principals_(principals), writer_(writer), random_(random), clock_(clock) {
    const Lock lock(mutex_);
    for (Session& session : sessions) add(std::move(session));
}

Caller Sessions::find(std::string_view token, Transport transport) {
    const SecretHash hash = hash_of(token);
    const WallTime now = clock_.wall();
    std::shared_ptr<const Session> session;
    {
        const Lock lock(mutex_);
        const auto found = by_hash_.find(hash);
        if (found == by_hash_.end()) return {};
        Entry& entry = found->second;
        if (entry.session->visit.transport != transport || is_over(entry, now)) return {};
        if (now - entry.last_seen_at >= limits::last_seen_precision) {
            entry.last_seen_at = now;
            if (!entry.touched) touched_.push_back(hash);
            entry.touched = true;
        }
        session = entry.session;
    }
    std::shared_ptr<const Principal> who = principals_.find(session->account);
    if (!who) return {};
    return {.who = std::move(who), .session_id = session->id};
}

std::vector<Session> Sessions::list(const AccountId& account) const {
    std::vector<Session> sessions;
    const WallTime now = clock_.wall();
    const Lock lock(mutex_);
    const auto found = by_account_.find(account);
    if (found == by_account_.end()) return sessions;
    for (const SecretHash& hash : found->second) {
        const Entry& entry = by_hash_.at(hash);
        if (is_over(entry, now)) continue;
        sessions.push_back(*entry.session);
        sessions.back().last_seen_at = entry.last_seen_at;
    }
    std::ranges::sort(sessions, std::ranges::greater(), &Session::created_at);
    return sessions;
}

std::size_t Sessions::count() const {
    const Lock lock(mutex_);
    return by_hash_.size();
}

async::Task<Answer<void>> Sessions::end(async::Loop& loop, AccountId account, std::string id) {
    std::optional<SecretHash> wanted;
    for (const Session& session : list(account)) {
        if (session.id == id) wanted = session.hash;
    }
    if (!wanted) co_return refuse(Reason::NotFound, "there is no such session");
    const SecretHash hash = *wanted;
    const auto work = [hash](store::Database& database) -> Answer<Nothing> {
        TRY_VOID(erase_rows(database, std::span(&hash, 1)));
        return Nothing{};
    };
    const auto apply = [this, hash](Nothing&) {
        const Lock lock(mutex_);
        remove(hash);
    };
    CO_CHECK(co_await change<Nothing>(writer_, loop, work, apply));
    co_return Answer<void>();
}

async::Task<Answer<void>> Sessions::end_all(async::Loop& loop, AccountId account,
                                            std::string keep) {
    const auto work = [account, keep](store::Database& database) -> Answer<Nothing> {
        TRY_VOID(erase(database, account, keep));
        return Nothing{};
    };
    const auto apply = [this, account, keep](Nothing&) { forget(account, keep); };
    CO_CHECK(co_await change<Nothing>(writer_, loop, work, apply));
    co_return Answer<void>();
}

async::Task<void> Sessions::settle(async::Loop& loop) {
    std::vector<Session> touched = take_touched();
    while (!touched.empty()) {
        const std::vector<Session> piece = take_piece(touched);
        store::Writer::Work work = [piece](store::Database& database) {
            return save_last_seen(database, piece);
        };
        const Result<void> saved = co_await writer_.run(loop, std::move(work));
        // They are saved when the sessions are next seen; until then they look older than they are.
        if (!saved) log::warning("people.last_seen_unsaved", {{"reason", saved.error().message}});
    }
    std::vector<SecretHash> expired = take_expired();
    while (!expired.empty()) {
        const std::vector<SecretHash> piece = take_piece(expired);
        store::Writer::Work work = [piece](store::Database& database) {
            return erase_rows(database, piece);
        };
        const Result<void> erased = co_await writer_.run(loop, std::move(work));
        if (!erased) {
            log::warning("people.sessions_unswept", {{"reason", erased.error().message}});
            co_return;  // they open nothing, and are found again
        }
        const Lock lock(mutex_);
        for (const SecretHash& hash : piece) remove(hash);
    }
}

Sessions::Fresh Sessions::fresh(const AccountId& account, const Visit& visit) {
    const WallTime now = clock_.wall();
    Fresh fresh{.session = {.hash = {},
                            .id = random_token(random_, 9),
                            .account = account,
                            .visit = visit,
                            .created_at = now,
                            .last_seen_at = now,
                            .expires_at = now + times_.absolute},
                .token = random_token(random_, 32),
                .instead = room_for(account)};
    fresh.session.hash = hash_of(fresh.token);
    std::string& agent = fresh.session.visit.user_agent;
    agent.resize(std::min(agent.size(), limits::user_agent_bytes_max));
    fresh.session.visit.browser.clear();
    return fresh;
}

Result<void> Sessions::insert(store::Database& database, const Fresh& fresh) {
    TRY_VOID(erase_rows(database, fresh.instead));
    const Session& session = fresh.session;
    store::Statement insert = TRY(database.prepare(
        "INSERT INTO session(hash, id, account, over_tls, created_at_ms, last_seen_at_ms,"
        " expires_at_ms, address, user_agent) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    insert.bind(ByteSpan(session.hash)).bind(session.id).bind(session.account.value);
    insert.bind(std::int64_t{session.visit.transport == Transport::Tls});
    insert.bind(to_unix_ms(session.created_at)).bind(to_unix_ms(session.last_seen_at));
    insert.bind(to_unix_ms(session.expires_at));
    insert.bind(session.visit.address).bind(session.visit.user_agent);
    TRY_VOID(insert.step());
    return save_last_seen(database, std::span(&session, 1));
}

void Sessions::admit(const Fresh& fresh, std::shared_ptr<const Principal> principal) {
    principals_.hold(fresh.session.account, std::move(principal));
    const Lock lock(mutex_);
    for (const SecretHash& hash : fresh.instead) remove(hash);
    add(fresh.session);
}

Result<void> Sessions::erase(store::Database& database, const AccountId& account,
                             std::string_view keep) {
    store::Statement erase =
        TRY(database.prepare("DELETE FROM session WHERE account = ? AND id <> ?"));
    erase.bind(account.value).bind(keep);
    TRY_VOID(erase.step());
    return {};
}

void Sessions::forget(const AccountId& account, std::string_view keep) {
    const Lock lock(mutex_);
    const auto found = by_account_.find(account);
    if (found == by_account_.end()) return;
    const std::vector<SecretHash> hashes = found->second;
    for (const SecretHash& hash : hashes) {
        if (by_hash_.at(hash).session->id != keep) remove(hash);
    }
}

bool Sessions::is_over(const Entry& entry, WallTime now) const {
    return now >= entry.session->expires_at || now - entry.last_seen_at >= times_.idle;
}

void Sessions::add(Session session) {
    const SecretHash hash = session.hash;
    by_account_[session.account].push_back(hash);
    const WallTime seen = session.last_seen_at;
    by_hash_[hash] = {std::make_shared<const Session>(std::move(session)), seen};
    open_sessions.set(static_cast<std::int64_t>(by_hash_.size()));
}

void Sessions::remove(const SecretHash& hash) {
    const auto found = by_hash_.find(hash);
    if (found == by_hash_.end()) return;
    const AccountId account = found->second.session->account;
    by_hash_.erase(found);
    const auto siblings = by_account_.find(account);
    std::erase(siblings->second, hash);
    if (siblings->second.empty()) by_account_.erase(siblings);
    principals_.release(account);
    open_sessions.set(static_cast<std::int64_t>(by_hash_.size()));
}

std::vector<SecretHash> Sessions::longest_idle(std::size_t count) {
    std::vector<std::pair<WallTime, SecretHash>> all;
    all.reserve(by_hash_.size());
    for (const auto& [hash, entry] : by_hash_) all.emplace_back(entry.last_seen_at, hash);
    count = std::min(count, all.size());
    std::ranges::nth_element(all, all.begin() + static_cast<std::ptrdiff_t>(count));
    std::vector<SecretHash> hashes;
    for (std::size_t i = 0; i < count; ++i) hashes.push_back(all[i].second);
    return hashes;
}

std::vector<SecretHash> Sessions::room_for(const AccountId& account) {
    const Lock lock(mutex_);
    if (by_hash_.size() >= limits::sessions_max) {
        return longest_idle(limits::sessions_ended_at_once);
    }
    const auto mine = by_account_.find(account);
    if (mine == by_account_.end() || mine->second.size() < limits::sessions_per_account_max) {
        return {};
    }
    SecretHash oldest = mine->second.front();
    for (const SecretHash& hash : mine->second) {
        if (by_hash_.at(hash).last_seen_at < by_hash_.at(oldest).last_seen_at) oldest = hash;
    }
    return {oldest};
}

std::vector<SecretHash> Sessions::take_expired() {
    // A sixteenth of the table at a time, so that nobody waits long for the lock.
    const WallTime now = clock_.wall();
    std::vector<SecretHash> expired;
    const Lock lock(mutex_);
    const std::size_t buckets = by_hash_.bucket_count();
    for (std::size_t i = 0; i < buckets / 16 + 1; ++i, ++sweep_at_) {
        if (sweep_at_ >= buckets) sweep_at_ = 0;
        for (auto it = by_hash_.begin(sweep_at_); it != by_hash_.end(sweep_at_); ++it) {
            if (is_over(it->second, now)) expired.push_back(it->first);
        }
    }
    return expired;
}

std::vector<Session> Sessions::take_touched() {
    std::vector<Session> touched;
    const Lock lock(mutex_);
    for (const SecretHash& hash : touched_) {
        const auto found = by_hash_.find(hash);
        if (found == by_hash_.end()) continue;
        found->second.touched = false;
        touched.push_back(*found->second.session);
        touched.back().last_seen_at = found->second.last_seen_at;
    }
    touched_.clear();
    return touched;
}

}  // namespace shopcast::people
