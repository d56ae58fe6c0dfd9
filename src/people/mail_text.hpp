#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "people/account.hpp"

namespace shopcast::people {

enum class MailKind { ResetPassword, VerifyEmail, PasswordChanged };
std::string_view to_string(MailKind kind);
std::optional<MailKind> mail_kind_from(std::string_view text);

struct MailText {
    std::string subject;
    std::string body;
};

/// What a mail says, in the account's language. `link` is empty where the kind has none.
MailText mail_text(MailKind kind, Language language, std::string_view shop_name,
                   std::string_view login, std::string_view link);

/// A whole message (RFC 5322): headers in encoded words where they are not ASCII, UTF-8 body in
/// base64, CRLF. `message_id` without brackets.
std::string mail_message(const MailText& text, std::string_view from, std::string_view to,
                         std::string_view message_id, WallTime date);
/// The address in "Shop <shop@example.com>".
std::string_view bare_address(std::string_view from);

}  // namespace shopcast::people
