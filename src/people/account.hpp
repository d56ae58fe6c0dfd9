#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/actor.hpp"
#include "base/clock.hpp"
#include "people/answer.hpp"
#include "people/role.hpp"

namespace shopcast::people {

using audit::AccountId;

enum class Language { Ko, En };
std::string_view to_string(Language language);
std::optional<Language> language_from(std::string_view text);

/// A person, without secrets.
struct Account {
    AccountId id;
    std::string login;  ///< Public handle, lower-case; never changes and is never given away again.
    std::string display_name;
    std::optional<std::string> email;
    bool email_verified = false;
    Language language = Language::En;
    bool totp = false;      ///< Two-step sign-in is on.
    bool disabled = false;  ///< Refused everywhere until somebody enables it.
    WallTime created_at{};
    std::optional<WallTime> last_seen_at;  ///< To about a minute.
    std::vector<Grant> grants;
};

/// 3 to 32 of [a-z0-9._-], begins with a letter or digit. Gives it in lower case.
Answer<std::string> checked_login(std::string_view text);
/// 1 to 60 characters, no control characters; spaces around it are cut off.
Answer<std::string> checked_display_name(std::string_view text);
/// One address as RFC 5321 carries it without quoting: something@host.tld, at most 254 bytes of
/// printable ASCII. Whether it exists is for a mail to find out.
Answer<std::string> checked_email(std::string_view text);
/// 8 to 128 characters (code points of UTF-8), none of them special; refused when it is a common
/// password, the login, or not UTF-8. `field` is the name of the input. The bytes count as they
/// came: no Unicode normalization, so the same letters typed in another composition are another
/// password.
Answer<void> check_password(std::string_view password, std::string_view login,
                            std::string_view field = "password");

/// "k***@example.com": enough to recognise one's own, not enough to write to it.
std::string masked_email(std::string_view email);

}  // namespace shopcast::people
