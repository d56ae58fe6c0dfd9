#include "people/account.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "people/common_passwords.hpp"

namespace shopcast::people {
namespace {

/// Code points of well-formed UTF-8 (RFC 3629, 4), or nothing.
std::optional<std::size_t> count_characters(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    std::size_t count = 0;
    for (std::size_t i = 0; i < text.size(); ++count) {
        const unsigned char first = byte(i);
        const std::size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
        if ((first >= 0x80 && first < 0xC2) || first > 0xF4) return std::nullopt;
        if (i + length > text.size()) return std::nullopt;
        for (std::size_t k = 1; k < length; ++k) {
            if ((byte(i + k) & 0xC0) != 0x80) return std::nullopt;
        }
        const bool overlong =
            (first == 0xE0 && byte(i + 1) < 0xA0) || (first == 0xF0 && byte(i + 1) < 0x90);
        const bool surrogate = first == 0xED && byte(i + 1) > 0x9F;
        const bool beyond = first == 0xF4 && byte(i + 1) > 0x8F;
        if (overlong || surrogate || beyond) return std::nullopt;
        i += length;
    }
    return count;
}

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

bool is_host_name(std::string_view host) {
    if (host.find('.') == std::string_view::npos) return false;
    return std::ranges::all_of(split(host, '.'), [](std::string_view label) {
        return !label.empty() && label.size() <= 63 && label.front() != '-' &&
               label.back() != '-' && std::ranges::all_of(label, [](char c) {
                   return is_letter_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '-';
               });
    });
}

}  // namespace

std::string_view to_string(Language language) {
    return language == Language::Ko ? "ko" : "en";
}

std::optional<Language> language_from(std::string_view text) {
    if (text == "ko") return Language::Ko;
    if (text == "en") return Language::En;
    return std::nullopt;
}

Answer<std::string> checked_login(std::string_view text) {
    std::string login = to_lower(trim(text));
    const bool well_formed = login.size() >= 3 && login.size() <= 32 &&
                             is_letter_or_digit(login.front()) &&
                             std::ranges::all_of(login, [](char c) {
                                 return is_letter_or_digit(c) || c == '.' || c == '_' || c == '-';
                             });
    if (!well_formed) {
        return refuse(
            Reason::InvalidInput,
            "a login has 3 to 32 of the characters a-z, 0-9, '.', '_' and '-', and starts "
            "with a letter or digit",
            "login");
    }
    return login;
}

Answer<std::string> checked_display_name(std::string_view text) {
    const std::string_view name = trim(text);
    const auto characters = count_characters(name);
    if (!characters || *characters == 0 || *characters > 60) {
        return refuse(Reason::InvalidInput, "a display name has 1 to 60 characters",
                      "display_name");
    }
    if (std::ranges::any_of(name, is_control)) {
        return refuse(Reason::InvalidInput, "a display name has no control characters",
                      "display_name");
    }
    return std::string(name);
}

Answer<std::string> checked_email(std::string_view text) {
    const std::string_view email = trim(text);
    const std::size_t at = email.rfind('@');
    static constexpr std::string_view allowed = "!#$%&'*+/=?^_`{|}~.-";  // RFC 5321, 4.1.2: atoms
    const auto is_local = [](char c) {
        return is_letter_or_digit(c) || (c >= 'A' && c <= 'Z') ||
               allowed.find(c) != std::string_view::npos;
    };
    const bool well_formed =
        at != std::string_view::npos && at >= 1 && at <= 64 && email.size() <= 254 &&
        std::ranges::all_of(email.substr(0, at), is_local) && is_host_name(email.substr(at + 1));
    if (!well_formed) {
        return refuse(Reason::InvalidInput,
                      "that is not an e-mail address; write one like name@example.com", "email");
    }
    return std::string(email);
}

Answer<void> check_password(std::string_view password, std::string_view login,
                            std::string_view field) {
    const auto characters = count_characters(password);
    if (!characters) return refuse(Reason::InvalidInput, "the password is not UTF-8", field);
    if (*characters < 8 || *characters > 128) {
        return refuse(Reason::InvalidInput, "a password has 8 to 128 characters", field);
    }
    if (iequals(password, login)) {
        return refuse(Reason::InvalidInput, "the password must not be the login", field);
    }
    if (is_common_password(password)) {
        return refuse(Reason::InvalidInput,
                      "that is one of the passwords which everybody tries first; choose another",
                      field);
    }
    return {};
}

std::string masked_email(std::string_view email) {
    const std::size_t at = email.rfind('@');
    if (at == std::string_view::npos || at == 0) return "***";
    return std::string(email.substr(0, 1)) + "***" + std::string(email.substr(at));
}

}  // namespace shopcast::people
