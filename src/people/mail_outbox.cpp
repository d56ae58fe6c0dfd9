#include "people/mail_outbox.hpp"
#include <pthread.h>

#include <algorithm>
#include <future>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "people/account_rows.hpp"
#include "people/limits.hpp"
#include "people/one_time_links.hpp"

namespace shopcast::people {
namespace {

metrics::Counter& sent_mails = metrics::counter(
    "shopcast_people_mails_total", "Mails that left the outbox.", {{"result", "sent"}});
metrics::Counter& given_up = metrics::counter(
    "shopcast_people_mails_total", "Mails that left the outbox.", {{"result", "given_up"}});
metrics::Gauge& waiting_mails =
    metrics::gauge("shopcast_people_mails_waiting", "Mails in the outbox.");

Result<void> erase_mail(store::Database& database, const std::string& id) {
    store::Statement erase = TRY(database.prepare("DELETE FROM mail WHERE id = ?"));
    erase.bind(id);
    TRY_VOID(erase.step());
    return {};
}

Result<void> save_try(store::Database& database, const Mail& mail) {
    store::Statement update =
        TRY(database.prepare("UPDATE mail SET next_try_at_ms = ?, tries = ? WHERE id = ?"));
    update.bind(to_unix_ms(mail.next_try_at)).bind(std::int64_t{mail.tries}).bind(mail.id);
    TRY_VOID(update.step());
    return {};
}

Result<bool> is_queued(store::Database& database, const std::string& id) {
    store::Statement query = TRY(database.prepare("SELECT 1 FROM mail WHERE id = ?"));
    query.bind(id);
    return query.step();
}

Milliseconds wait_after(int tries) {
    const Milliseconds wait = limits::mail_retry_first * (1 << std::min(tries - 1, 16));
    return std::min<Milliseconds>(wait, limits::mail_retry_max);
}

/// The mail thread's own way to the writer: it may wait.
Result<void> write_and_wait(store::Writer& writer, store::Writer::Work work) {
    std::promise<Result<void>> promise;
    std::future<Result<void>> answer = promise.get_future();
    writer.submit(std::move(work), [&promise](Result<void> done) { promise.set_value(done); });
    return answer.get();
}

}  // namespace

Result<std::vector<Mail>> MailOutbox::load(store::Database& database) {
    store::Statement query = TRY(database.prepare(
        "SELECT id, kind, account, recipient, created_at_ms, next_try_at_ms, tries FROM mail"));
    std::vector<Mail> mails;
    while (TRY(query.step())) {
        const auto kind = mail_kind_from(query.text(1));
        if (!kind) continue;
        mails.push_back({.id = std::string(query.text(0)),
                         .kind = *kind,
                         .account = AccountId(std::string(query.text(2))),
                         .recipient = std::string(query.text(3)),
                         .created_at = WallTime(Milliseconds(query.integer(4))),
                         .next_try_at = WallTime(Milliseconds(query.integer(5))),
                         .tries = static_cast<int>(query.integer(6))});
    }
    return mails;
}

MailOutbox::MailOutbox(std::vector<Mail> mails, std::unique_ptr<MailSender> sender,
                       const Settings& settings, store::Writer& writer, Random& random,
                       const Clock& clock)
    : sender_(std::move(sender)),
      settings_(settings),
      writer_(writer),
      random_(random),
      clock_(clock) {
    for (Mail& mail : mails) post(std::move(mail));
}

MailOutbox::~MailOutbox() {
    stop();
}

void MailOutbox::stop() {
    {
        const Lock lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void MailOutbox::start() {
    if (!can_send()) return;
    thread_ = std::thread([this] { thread_main(); });
    ::pthread_setname_np(thread_.native_handle(), "mail");
}

std::optional<WallTime> MailOutbox::run_due() {
    while (auto mail = take_due(clock_.wall())) {
        const Result<void> sent = deliver(*mail);
        settle(std::move(*mail), sent);
    }
    const Lock lock(mutex_);
    return by_time_.empty() ? std::nullopt : std::optional(by_time_.begin()->first);
}

Mail MailOutbox::compose(MailKind kind, const AccountId& account, std::string recipient) const {
    const WallTime now = clock_.wall();
    return {.id = random_token(random_, 9),
            .kind = kind,
            .account = account,
            .recipient = std::move(recipient),
            .created_at = now,
            .next_try_at = now};
}

Result<void> MailOutbox::insert(store::Database& database, const Mail& mail) {
    store::Statement count = TRY(database.prepare("SELECT count(*) FROM mail"));
    TRY_VOID(count.step());
    if (count.integer(0) >= static_cast<std::int64_t>(limits::mails_max)) {
        return fail(Errc::Busy, "too many mails wait already");
    }
    store::Statement insert = TRY(database.prepare(
        "INSERT INTO mail(id, kind, account, recipient, created_at_ms, next_try_at_ms, tries)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)"));
    insert.bind(mail.id).bind(to_string(mail.kind)).bind(mail.account.value).bind(mail.recipient);
    insert.bind(to_unix_ms(mail.created_at)).bind(to_unix_ms(mail.next_try_at));
    insert.bind(std::int64_t{mail.tries});
    TRY_VOID(insert.step());
    return {};
}

void MailOutbox::post(Mail mail) {
    {
        const Lock lock(mutex_);
        const WallTime at = mail.next_try_at;
        by_time_.emplace(at, std::move(mail));
        waiting_mails.set(static_cast<std::int64_t>(by_time_.size()));
    }
    changed_.notify_all();
}

std::size_t MailOutbox::waiting() const {
    const Lock lock(mutex_);
    return by_time_.size();
}

void MailOutbox::thread_main() {
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

std::optional<Mail> MailOutbox::take_due(WallTime now) {
    const Lock lock(mutex_);
    if (stopping_ || by_time_.empty() || by_time_.begin()->first > now) return std::nullopt;
    Mail mail = std::move(by_time_.begin()->second);
    by_time_.erase(by_time_.begin());
    waiting_mails.set(static_cast<std::int64_t>(by_time_.size()));
    return mail;
}

Result<void> MailOutbox::deliver(const Mail& mail) {
    const std::optional<Addressee> addressee = TRY(address(mail));
    if (!addressee) return fail(Errc::NotFound, "nobody waits for it any more");
    const std::string_view page = mail.kind == MailKind::ResetPassword ? "/reset#" : "/verify#";
    const std::string link = settings_.public_url + std::string(page) + addressee->link_token;
    const MailText text =
        mail_text(mail.kind, addressee->language, settings_.shop_name, addressee->login, link);
    const std::string_view from = bare_address(settings_.mail.from);
    const std::string_view domain = from.substr(from.rfind('@') + 1);
    const std::string message = mail_message(text, settings_.mail.from, mail.recipient,
                                             mail.id + "@" + std::string(domain), clock_.wall());
    return sender_->send(std::string(from), mail.recipient, message);
}

Result<std::optional<MailOutbox::Addressee>> MailOutbox::address(const Mail& mail) {
    std::optional<Addressee> addressee;
    store::Writer::Work work = [&](store::Database& database) -> Result<void> {
        const auto stored = TRY(read_account(database, mail.account));
        const bool queued = TRY(is_queued(database, mail.id));
        if (!queued || !stored || stored->account.disabled) return {};
        const bool to_verify = mail.kind == MailKind::VerifyEmail;
        if (to_verify && stored->account.email != mail.recipient) return {};
        Addressee found{stored->account.login, stored->account.language, {}};
        if (mail.kind != MailKind::PasswordChanged) {
            const OneTimeLink link{
                .kind = to_verify ? LinkKind::VerifyEmail : LinkKind::ResetPassword,
                .account = mail.account,
                .email = to_verify ? mail.recipient : std::string()};
            NewLink made = TRY(make_link(database, link, random_, clock_.wall()));
            found.link_token = std::move(made.token);
        }
        addressee = std::move(found);
        return {};
    };
    TRY_VOID(write_and_wait(writer_, std::move(work)));
    return addressee;
}

void MailOutbox::settle(Mail mail, const Result<void>& sent) {
    ++mail.tries;
    mail.next_try_at = clock_.wall() + wait_after(mail.tries);
    const bool again = !sent && sent.error().code != Errc::Malformed &&
                       sent.error().code != Errc::NotFound &&
                       mail.next_try_at < mail.created_at + limits::mail_tried_for;
    if (sent) sent_mails.add();
    if (!sent && sent.error().code != Errc::NotFound) {
        log::warning(again ? "mail.delayed" : "mail.given_up", {{"mail", mail.id},
                                                                {"kind", to_string(mail.kind)},
                                                                {"tries", mail.tries},
                                                                {"reason", sent.error().message}});
        if (!again) given_up.add();
    }
    const Result<void> saved = write_and_wait(writer_, [&](store::Database& database) {
        return again ? save_try(database, mail) : erase_mail(database, mail.id);
    });
    // It then goes out once more after a restart: a mail twice is better than none.
    if (!saved) log::warning("mail.unsaved", {{"reason", saved.error().message}});
    if (again) post(std::move(mail));
}

}  // namespace shopcast::people
