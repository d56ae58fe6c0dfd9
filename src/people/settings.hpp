#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "audit/actor.hpp"
#include "people/password_hasher.hpp"
#include "settings/finding.hpp"
#include "settings/table.hpp"
#include "store/sqlite.hpp"

namespace shopcast::people {

using audit::AccountId;

struct MailSettings {
    /// "smtp://host:587" (STARTTLS where offered; demanded with a username) or "smtps://host:465".
    /// Empty: no mail is sent.
    std::string smtp_url;
    std::string from;      ///< "shop@example.com" or "Shop <shop@example.com>"
    std::string username;  ///< Empty: no authentication.
    std::string password_file;
    std::string password;  ///< What is in it, after read_secrets().
};

/// What the operator chooses about people.
struct Settings {
    std::string shop_name = "shopcast";
    /// "https://shop.example.com", without a slash at the end. Mail needs it: a link made from a
    /// request's Host header would lead wherever that header says.
    std::string public_url;
    /// Under which browsers may find it besides, without ports.
    std::vector<std::string> names;
    bool sign_up = true;
    std::chrono::days session_idle{30};
    std::chrono::days session_absolute{90};
    bool staff_totp_required = false;
    MailSettings mail;
    /// What else of a person goes when an account is deleted, in the same transaction. None:
    /// nothing.
    std::function<Result<void>(store::Database& database, const AccountId& account)> erase_along;
    /// Whether something else than people/ keeps an account that nobody uses. None: nothing does.
    std::function<Result<bool>(store::Database& database, const AccountId& account)> is_needed;
    Argon2Cost password_cost;
};

/// The last of [server]: what people see of it.
void declare_names(settings::Table& table, Settings& settings);
/// [mail]
void declare(settings::Table& table, MailSettings& settings);
/// [accounts]
void declare(settings::Table& table, Settings& settings);
/// Whether they make sense together. Errors: Config, naming the settings.
Result<void> check(const Settings& settings);
/// Reads the mail server's password. Errors: Config: its file cannot be read.
Result<void> read_secrets(Settings& settings);
void find_insecure(settings::Findings& findings, const Settings& settings);

}  // namespace shopcast::people
