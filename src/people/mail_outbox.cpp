#include "people/mail_outbox.hpp"

#include "base/metrics.hpp"
#include "people/account_rows.hpp"
#include "people/limits.hpp"
#include "people/one_time_links.hpp"

namespace shopcast::people {
namespace {

constexpr std::string_view name = "mail";

metrics::Counter& sent_mails = metrics::counter(
    "shopcast_people_mails_total", "Mails that left the outbox.", {{"result", "sent"}});
metrics::Counter& given_up = metrics::counter(
    "shopcast_people_mails_total", "Mails that left the outbox.", {{"result", "given_up"}});
metrics::Gauge& waiting_mails =
    metrics::gauge("shopcast_people_mails_waiting", "Mails in the outbox.");

audit::Outbox::Plan plan() {
    return {.name = std::string(name),
            .waiting_max = limits::mails_max,
            .retry_first = limits::mail_retry_first,
            .retry_max = limits::mail_retry_max,
            .tried_for = limits::mail_tried_for,
            .sent = sent_mails,
            .given_up = given_up,
            .waiting = waiting_mails};
}

}  // namespace

Result<std::vector<Mail>> MailOutbox::load(store::Database& database) {
    return Outbox::load(database, name);
}

MailOutbox::MailOutbox(std::vector<Mail> mails, std::unique_ptr<MailSender> sender,
                       const Settings& settings, store::Writer& writer, Random& random,
                       const Clock& clock)
    : Outbox(plan(), std::move(mails), writer, clock),
      sender_(std::move(sender)),
      settings_(settings),
      random_(random),
      clock_(clock) {}

MailOutbox::~MailOutbox() {
    stop();
}

Mail MailOutbox::compose(MailKind kind, const AccountId& account, std::string recipient) const {
    const WallTime now = clock_.wall();
    return {.id = random_token(random_, 9),
            .kind = std::string(to_string(kind)),
            .about = account.value,
            .to = std::move(recipient),
            .created_at = now,
            .next_try_at = now};
}

Result<void> MailOutbox::deliver(const Mail& mail) {
    const auto kind = mail_kind_from(mail.kind);
    if (!kind) return fail(Errc::Malformed, "there is no such kind of mail");
    const std::optional<Addressee> addressee = TRY(address(*kind, mail));
    if (!addressee) return fail(Errc::NotFound, "nobody waits for it any more");
    const std::string_view page = *kind == MailKind::ResetPassword ? "/reset#" : "/verify#";
    const std::string link = settings_.public_url + std::string(page) + addressee->link_token;
    const MailText text =
        mail_text(*kind, addressee->language, settings_.shop_name, addressee->login, link);
    const std::string_view from = bare_address(settings_.mail.from);
    const std::string_view domain = from.substr(from.rfind('@') + 1);
    const std::string message = mail_message(text, settings_.mail.from, mail.to,
                                             mail.id + "@" + std::string(domain), clock_.wall());
    return sender_->send(std::string(from), mail.to, message);
}

Result<std::optional<MailOutbox::Addressee>> MailOutbox::address(MailKind kind, const Mail& mail) {
    std::optional<Addressee> addressee;
    const AccountId account(mail.about);
    store::Writer::Work work = [&](store::Database& database) -> Result<void> {
        const auto stored = TRY(read_account(database, account));
        const bool is_wanted = TRY(is_kept(database, mail));
        if (!is_wanted || !stored || stored->account.disabled) return {};
        const bool to_verify = kind == MailKind::VerifyEmail;
        if (to_verify && stored->account.email != mail.to) return {};
        Addressee found{stored->account.login, stored->account.language, {}};
        if (kind != MailKind::PasswordChanged) {
            const OneTimeLink link{
                .kind = to_verify ? LinkKind::VerifyEmail : LinkKind::ResetPassword,
                .account = account,
                .email = to_verify ? mail.to : std::string()};
            NewLink made = TRY(make_link(database, link, random_, clock_.wall()));
            found.link_token = std::move(made.token);
        }
        addressee = std::move(found);
        return {};
    };
    TRY_VOID(write_and_wait(std::move(work)));
    return addressee;
}

}  // namespace shopcast::people
