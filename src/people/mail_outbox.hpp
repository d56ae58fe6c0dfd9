#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "base/random.hpp"
#include "people/limits.hpp"
#include "people/mail_sender.hpp"
#include "people/mail_text.hpp"
#include "people/settings.hpp"
#include "store/writer.hpp"

namespace shopcast::people {

/// A mail that waits. It holds no secret: the link in it is made when it is sent, and its hour
/// begins then.
struct Mail {
    std::string id;
    MailKind kind;
    AccountId account;
    std::string recipient;
    WallTime created_at;
    WallTime next_try_at;
    int tries = 0;
};

/// Mails on their way out: durable, sent by one thread ("mail"), tried again after 1, 2, 4 ...
/// minutes for limits::mail_tried_for, then given up and logged. At most limits::mails_max wait.
class MailOutbox {
public:
    static Result<std::vector<Mail>> load(store::Database& database);

    /// `sender` nullptr: nothing can be sent, and nothing is queued.
    MailOutbox(std::vector<Mail> mails, std::unique_ptr<MailSender> sender,
               const Settings& settings, store::Writer& writer, Random& random, const Clock& clock);
    ~MailOutbox();
    MailOutbox(const MailOutbox&) = delete;
    MailOutbox& operator=(const MailOutbox&) = delete;

    /// There is a mail server and a public URL, so mails arrive and lead somewhere.
    bool can_send() const { return sender_ != nullptr; }

    /// Starts the thread. Tests call run_due() instead.
    void start();
    /// Waits for the mail that is under way; the others stay for the next start.
    void stop();
    /// Sends what is due. Gives when the next one is, if any waits.
    std::optional<WallTime> run_due();

    // Halves of a change that has a mail, as in Sessions.

    Mail compose(MailKind kind, const AccountId& account, std::string recipient) const;
    /// Errors: Busy when too many wait.
    static Result<void> insert(store::Database& database, const Mail& mail);
    void post(Mail mail);

    std::size_t waiting() const;

private:
    struct Addressee {
        std::string login;
        Language language;
        std::string link_token;  ///< Empty: the kind has none.
    };
    void thread_main();
    std::optional<Mail> take_due(WallTime now);
    Result<void> deliver(const Mail& mail);
    Result<std::optional<Addressee>> address(const Mail& mail);
    void settle(Mail mail, const Result<void>& sent);

    // Constant after construction.
    const std::unique_ptr<MailSender> sender_;
    const Settings& settings_;
    store::Writer& writer_;
    Random& random_;
    const Clock& clock_;

    mutable Mutex mutex_;
    std::condition_variable_any changed_;
    std::multimap<WallTime, Mail> by_time_ GUARDED_BY(mutex_);
    bool stopping_ GUARDED_BY(mutex_) = false;

    std::thread thread_;
};

}  // namespace shopcast::people
