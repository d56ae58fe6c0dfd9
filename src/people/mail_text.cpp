#include "people/mail_text.hpp"

#include <fmt/chrono.h>
#include <fmt/core.h>
#include <openssl/evp.h>

#include <algorithm>
#include <vector>

namespace shopcast::people {
namespace {

// Korean as escapes; the words in English stand beside them.
MailText reset_text(Language language, std::string_view shop, std::string_view login,
                    std::string_view link) {
    if (language == Language::Ko) {
        return {
            fmt::format("[{}] \ube44\ubc00\ubc88\ud638 \uc7ac\uc124\uc815", shop),
            fmt::format("{} \uacc4\uc815\uc758 \ube44\ubc00\ubc88\ud638\ub97c "
                        "\uc0c8\ub85c \uc815\ud558\ub824\uba74 \uc544\ub798 "
                        "\ub9c1\ud06c\ub97c \uc5ec\uc138\uc694. \ub9c1\ud06c\ub294 "
                        "\ud55c \uc2dc\uac04 \ub3d9\uc548 \ud55c \ubc88\ub9cc "
                        "\uc0ac\uc6a9\ud560 \uc218 \uc788\uc2b5\ub2c8\ub2e4.\n\n{}\n\n"
                        "\uc694\uccad\ud558\uc9c0 \uc54a\uc73c\uc168\ub2e4\uba74 \uc774 "
                        "\uba54\uc77c\uc744 \ubb34\uc2dc\ud558\uc138\uc694. "
                        "\ube44\ubc00\ubc88\ud638\ub294 \uadf8\ub300\ub85c\uc785\ub2c8\ub2e4.\n",
                        login, link)};
    }
    return {fmt::format("[{}] Reset your password", shop),
            fmt::format("Open this link to choose a new password for the account {}. It works "
                        "once, within an hour.\n\n{}\n\nIf you did not ask for it, ignore this "
                        "mail: your password stays as it is.\n",
                        login, link)};
}

MailText verify_text(Language language, std::string_view shop, std::string_view login,
                     std::string_view link) {
    if (language == Language::Ko) {
        return {fmt::format("[{}] \uc774\uba54\uc77c \uc8fc\uc18c \ud655\uc778", shop),
                fmt::format("{} \uacc4\uc815\uc758 \uc774\uba54\uc77c \uc8fc\uc18c\ub97c "
                            "\ud655\uc778\ud558\ub824\uba74 24\uc2dc\uac04 \uc548\uc5d0 "
                            "\uc544\ub798 \ub9c1\ud06c\ub97c \uc5ec\uc138\uc694.\n\n{}\n\n"
                            "\ubcf8\uc778\uc758 \uacc4\uc815\uc774 \uc544\ub2c8\ub77c\uba74 "
                            "\uc774 \uba54\uc77c\uc744 \ubb34\uc2dc\ud558\uc138\uc694.\n",
                            login, link)};
    }
    return {fmt::format("[{}] Confirm your e-mail address", shop),
            fmt::format("Open this link within 24 hours to confirm that this is the e-mail address "
                        "of the account {}.\n\n{}\n\nIf it is not your account, ignore this "
                        "mail.\n",
                        login, link)};
}

MailText changed_text(Language language, std::string_view shop, std::string_view login) {
    if (language == Language::Ko) {
        return {fmt::format("[{}] \ube44\ubc00\ubc88\ud638\uac00 "
                            "\ubcc0\uacbd\ub418\uc5c8\uc2b5\ub2c8\ub2e4",
                            shop),
                fmt::format("{} \uacc4\uc815\uc758 \ube44\ubc00\ubc88\ud638\uac00 "
                            "\ubcc0\uacbd\ub418\uc5c8\uace0 \ubaa8\ub4e0 \uae30\uae30\uc5d0\uc11c "
                            "\ub85c\uadf8\uc544\uc6c3\ub418\uc5c8\uc2b5\ub2c8\ub2e4.\n\n"
                            "\ubcf8\uc778\uc774 \ubcc0\uacbd\ud558\uc9c0 "
                            "\uc54a\uc73c\uc168\ub2e4\uba74 \uc9c0\uae08 "
                            "\ube44\ubc00\ubc88\ud638\ub97c \uc7ac\uc124\uc815\ud558\uace0 API "
                            "\ud1a0\ud070\uc744 \ud655\uc778\ud558\uc138\uc694.\n",
                            login)};
    }
    return {fmt::format("[{}] Your password was changed", shop),
            fmt::format("The password of the account {} was changed, and all its sessions have "
                        "ended.\n\nIf that was not you, reset your password now and look through "
                        "your API tokens.\n",
                        login)};
}

std::string base64(std::string_view text) {
    std::string out(4 * ((text.size() + 2) / 3) + 1, '\0');
    const int length = ::EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                         reinterpret_cast<const unsigned char*>(text.data()),
                                         static_cast<int>(text.size()));
    out.resize(static_cast<std::size_t>(length));
    return out;
}

/// RFC 2047: encoded words of at most 75 characters, each of whole characters of UTF-8. Control
/// characters, which could begin another header, become spaces.
std::string header_text(std::string_view text) {
    std::string clean(text);
    std::ranges::replace_if(
        clean, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
    const bool ascii =
        std::ranges::all_of(clean, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (ascii) return clean;
    std::string out;
    for (std::size_t at = 0; at < clean.size();) {
        std::size_t end = std::min(at + 42, clean.size());  // 56 in base64, 12 around them
        while (end < clean.size() && (static_cast<unsigned char>(clean[end]) & 0xC0) == 0x80) --end;
        if (!out.empty()) out += "\r\n ";
        out += "=?UTF-8?B?" + base64(std::string_view(clean).substr(at, end - at)) + "?=";
        at = end;
    }
    return out;
}

std::string from_header(std::string_view from) {
    const std::string_view address = bare_address(from);
    if (address == from) return std::string(address);
    std::string_view name = from.substr(0, from.find('<'));
    while (name.ends_with(' ')) name.remove_suffix(1);
    return header_text(name) + " <" + std::string(address) + ">";
}

}  // namespace

std::string_view to_string(MailKind kind) {
    switch (kind) {
        case MailKind::ResetPassword: return "reset_password";
        case MailKind::VerifyEmail: return "verify_email";
        case MailKind::PasswordChanged: return "password_changed";
    }
    return "";
}

std::optional<MailKind> mail_kind_from(std::string_view text) {
    for (const MailKind kind :
         {MailKind::ResetPassword, MailKind::VerifyEmail, MailKind::PasswordChanged}) {
        if (text == to_string(kind)) return kind;
    }
    return std::nullopt;
}

MailText mail_text(MailKind kind, Language language, std::string_view shop_name,
                   std::string_view login, std::string_view link) {
    switch (kind) {
        case MailKind::ResetPassword: return reset_text(language, shop_name, login, link);
        case MailKind::VerifyEmail: return verify_text(language, shop_name, login, link);
        case MailKind::PasswordChanged: return changed_text(language, shop_name, login);
    }
    return {};
}

std::string mail_message(const MailText& text, std::string_view from, std::string_view to,
                         std::string_view message_id, WallTime date) {
    const auto seconds = std::chrono::time_point_cast<std::chrono::seconds>(date);
    std::string message = fmt::format(
        "Date: {:%a, %d %b %Y %H:%M:%S} +0000\r\nFrom: {}\r\nTo: {}\r\n"
        "Message-ID: <{}>\r\nSubject: {}\r\nAuto-Submitted: auto-generated\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n",
        seconds, from_header(from), to, message_id, header_text(text.subject));
    const std::string body = base64(text.body);
    for (std::size_t at = 0; at < body.size(); at += 76) message += body.substr(at, 76) + "\r\n";
    return message;
}

std::string_view bare_address(std::string_view from) {
    const std::size_t open = from.find('<');
    if (open == std::string_view::npos || !from.ends_with('>')) return from;
    return from.substr(open + 1, from.size() - open - 2);
}

}  // namespace shopcast::people
