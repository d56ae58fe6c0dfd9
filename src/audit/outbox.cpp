#include "audit/outbox.hpp"
#include <pthread.h>

#include <algorithm>
#include <future>

#include "base/log.hpp"

namespace shopcast::audit {
namespace {

Result<void> erase(store::Database& database, const std::string& id) {
    store::Statement statement = TRY(database.prepare("DELETE FROM outbox WHERE id = ?"));
    return statement.bind(id).run();
}

Result<void> save_try(store::Database& database, const Message& message) {
    store::Statement update =
        TRY(database.prepare("UPDATE outbox SET next_try_at_ms = ?, tries = ? WHERE id = ?"));
    update.bind(to_unix_ms(message.next_try_at)).bind(std::int64_t{message.tries});
    return update.bind(message.id).run();
}

}  // namespace

Result<std::vector<Message>> Outbox::load(store::Database& database, std::string_view name) {
    store::Statement query =
        TRY(database.prepare("SELECT id, kind, about, recipient, created_at_ms, next_try_at_ms,"
                             " tries FROM outbox WHERE name = ?"));
    query.bind(name);
    std::vector<Message> messages;
    while (TRY(query.step())) {
        messages.push_back({.id = std::string(query.text(0)),
                            .kind = std::string(query.text(1)),
                            .about = std::string(query.text(2)),
                            .to = std::string(query.text(3)),
                            .created_at = WallTime(Milliseconds(query.integer(4))),
                            .next_try_at = WallTime(Milliseconds(query.integer(5))),
                            .tries = static_cast<int>(query.integer(6))});
    }
    return messages;
}

Outbox::Outbox(Plan plan, std::vector<Message> messages, store::Writer& writer, const Clock& clock)
    : plan_(std::move(plan)), writer_(writer), clock_(clock) {
    for (Message& message : messages) post(std::move(message));
}

void Outbox::start() {
    thread_ = std::thread([this] { thread_main(); });
    ::pthread_setname_np(thread_.native_handle(), plan_.name.c_str());
}

void Outbox::stop() {
    {
        const Lock lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

std::optional<WallTime> Outbox::run_due() {
    while (auto message = take_due(clock_.wall())) {
        const Result<void> sent = deliver(*message);
        settle(*std::move(message), sent);
    }
    const Lock lock(mutex_);
    return by_time_.empty() ? std::nullopt : std::optional(by_time_.begin()->first);
}

Result<void> Outbox::insert(store::Database& database, const Message& message) const {
    store::Statement count = TRY(database.prepare("SELECT COUNT(*) FROM outbox WHERE name = ?"));
    TRY_VOID(count.bind(plan_.name).step());
    if (count.integer(0) >= static_cast<std::int64_t>(plan_.waiting_max)) {
        return fail(Errc::Busy, "too many messages wait already");
    }
    store::Statement insert =
        TRY(database.prepare("INSERT INTO outbox(name, id, kind, about, recipient, created_at_ms,"
                             " next_try_at_ms, tries) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"));
    insert.bind(plan_.name).bind(message.id).bind(message.kind).bind(message.about);
    insert.bind(message.to).bind(to_unix_ms(message.created_at));
    insert.bind(to_unix_ms(message.next_try_at)).bind(std::int64_t{message.tries});
    return insert.run();
}

void Outbox::post(Message message) {
    {
        const Lock lock(mutex_);
        const WallTime at = message.next_try_at;
        by_time_.emplace(at, std::move(message));
        plan_.waiting.set(static_cast<std::int64_t>(by_time_.size()));
    }
    changed_.notify_all();
}

std::size_t Outbox::waiting() const {
    const Lock lock(mutex_);
    return by_time_.size();
}

Result<void> Outbox::write_and_wait(store::Writer::Work work) {
    std::promise<Result<void>> promise;
    std::future<Result<void>> answer = promise.get_future();
    writer_.submit(std::move(work), [&promise](Result<void> done) { promise.set_value(done); });
    return answer.get();
}

Result<bool> Outbox::is_kept(store::Database& database, const Message& message) {
    store::Statement query = TRY(database.prepare("SELECT 1 FROM outbox WHERE id = ?"));
    return query.bind(message.id).step();
}

void Outbox::thread_main() {
    while (true) {
        const std::optional<WallTime> next = run_due();
        const Lock lock(mutex_);
        if (stopping_) return;
        const WallTime now = clock_.wall();
        if (!by_time_.empty() && by_time_.begin()->first <= now) continue;
        // A minute at most, so that a wall clock put forward is noticed.
        const Milliseconds wait =
            next ? std::clamp<Milliseconds>(*next - now, Milliseconds(10), std::chrono::minutes(1))
                 : Milliseconds(std::chrono::minutes(1));
        changed_.wait_for(mutex_, wait);
        if (stopping_) return;
    }
}

std::optional<Message> Outbox::take_due(WallTime now) {
    const Lock lock(mutex_);
    if (stopping_ || by_time_.empty() || by_time_.begin()->first > now) return std::nullopt;
    Message message = std::move(by_time_.begin()->second);
    by_time_.erase(by_time_.begin());
    plan_.waiting.set(static_cast<std::int64_t>(by_time_.size()));
    return message;
}

void Outbox::settle(Message message, const Result<void>& sent) {
    ++message.tries;
    const Milliseconds wait = plan_.retry_first * (1 << std::min(message.tries - 1, 16));
    message.next_try_at = clock_.wall() + std::min(wait, plan_.retry_max);
    const bool again = !sent && sent.error().code != Errc::Malformed &&
                       sent.error().code != Errc::NotFound &&
                       message.next_try_at < message.created_at + plan_.tried_for;
    if (sent) plan_.sent.add();
    if (!sent && sent.error().code != Errc::NotFound) {
        log::warning(plan_.name + (again ? ".delayed" : ".given_up"),
                     {{"message", message.id},
                      {"kind", message.kind},
                      {"tries", message.tries},
                      {"reason", sent.error().message}});
        if (!again) plan_.given_up.add();
    }
    const Result<void> saved = write_and_wait([&](store::Database& database) {
        return again ? save_try(database, message) : erase(database, message.id);
    });
    // It then goes out once more after a restart: twice is better than not at all.
    if (!saved) log::warning(plan_.name + ".unsaved", {{"reason", saved.error().message}});
    if (again) post(std::move(message));
}

Result<void> forget_messages(store::Database& database, const std::string& account) {
    store::Statement statement = TRY(database.prepare("DELETE FROM outbox WHERE about = ?"));
    return statement.bind(account).run();
}

}  // namespace shopcast::audit
