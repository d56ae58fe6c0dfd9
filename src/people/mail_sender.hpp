#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"
#include "people/limits.hpp"
#include "people/settings.hpp"

namespace shopcast::people {

/// Hands one message to a mail server.
class MailSender {
public:
    virtual ~MailSender() = default;
    /// May take up to limits::smtp_timeout. Errors: Malformed (the server will never take this
    /// message: 5xx), Io (try again later).
    virtual Result<void> send(const std::string& from, const std::string& to,
                              const std::string& message) = 0;
};

/// By SMTP (libcurl). TLS certificates are checked; a password never goes out without TLS.
std::unique_ptr<MailSender> smtp_sender(MailSettings settings);

}  // namespace shopcast::people
