#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "audit/outbox.hpp"
#include "base/random.hpp"
#include "people/mail_sender.hpp"
#include "people/mail_text.hpp"
#include "people/settings.hpp"

namespace shopcast::people {

/// A mail that waits. The link in it is made when it is sent, and its hour begins then.
using Mail = audit::Message;

/// Mails on their way out, tried for limits::mail_tried_for; at most limits::mails_max wait.
class MailOutbox final : public audit::Outbox {
public:
    static Result<std::vector<Mail>> load(store::Database& database);

    /// `sender` nullptr: nothing can be sent, and nothing is queued. Everything outlives it.
    MailOutbox(std::vector<Mail> mails, std::unique_ptr<MailSender> sender,
               const Settings& settings, store::Writer& writer, Random& random, const Clock& clock);
    ~MailOutbox() override;

    /// There is a mail server and a public URL, so mails arrive and lead somewhere.
    bool can_send() const { return sender_ != nullptr; }

    Mail compose(MailKind kind, const AccountId& account, std::string recipient) const;

private:
    struct Addressee {
        std::string login;
        Language language;
        std::string link_token;  ///< Empty: the kind has none.
    };
    Result<void> deliver(const Mail& mail) override;
    Result<std::optional<Addressee>> address(MailKind kind, const Mail& mail);

    // Constant after construction.
    const std::unique_ptr<MailSender> sender_;
    const Settings& settings_;
    Random& random_;
    const Clock& clock_;
};

}  // namespace shopcast::people
