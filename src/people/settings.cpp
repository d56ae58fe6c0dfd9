#include "people/settings.hpp"

#include "settings/secret.hpp"

namespace shopcast::people {

void declare_names(settings::Table& table, Settings& settings) {
    table.add(
        "public_url", settings.public_url,
        "Where people find the pages, as \"https://shop.example.com\": links in mails and the\n"
        "addresses that the studio shows begin with it. Empty: as each request came; no mails.");
    table.add(
        "names", settings.names,
        "Other names under which browsers may find the server, as [\"shop.lan\"]. It answers to\n"
        "these, to its addresses, to localhost and to this machine's own name; under any other\n"
        "name only videos, probes and metrics.");
    table.add("shop_name", settings.shop_name,
              "The shop's name on pages, in mails and in authenticator apps.");
}

void declare(settings::Table& table, MailSettings& settings) {
    table.section("mail");
    table.add(
        "smtp_url", settings.smtp_url,
        "The mail server, as smtp://mail.example.com:587 (TLS where it offers that, always with\n"
        "a username) or smtps://mail.example.com:465. Empty: no mails; operators hand out the\n"
        "links to reset a password.");
    table.add("from", settings.from,
              "The sender, as \"shop@example.com\" or \"My shop <shop@example.com>\".");
    table.add("username", settings.username,
              "The account at the mail server. Empty: it asks for none.");
    table.add("password_file", settings.password_file,
              "A file that holds its password alone, readable by the server only.");
}

void declare(settings::Table& table, Settings& settings) {
    table.section("accounts");
    table.add("sign_up", settings.sign_up,
              "Anybody may make an account. Off: only \"shopcast account create\" does.");
    table.add_time<std::chrono::days>(
        "session_idle_days", settings.session_idle, 1, 365,
        "A browser that was not used for so long has to sign in again.");
    table.add_time<std::chrono::days>("session_days", settings.session_absolute, 1, 365,
                                      "And in any case so long after it signed in.");
    table.add(
        "staff_totp_required", settings.staff_totp_required,
        "Hosts, moderators, operators, auditors and admins have their roles only while two-step\n"
        "sign-in is on for them.");
}

Result<void> check(const Settings& settings) {
    const std::string& url = settings.public_url;
    const bool http = url.starts_with("http://") || url.starts_with("https://");
    const std::size_t host = url.find("//") + 2;
    if (!url.empty() && (!http || url.size() == host || url.find('/', host) != std::string::npos)) {
        return fail(Errc::Config,
                    "server.public_url is scheme and host alone, as "
                    "\"https://shop.example.com\", not \"" +
                        url + "\"");
    }
    const MailSettings& mail = settings.mail;
    if (mail.smtp_url.empty()) return {};
    if (!mail.smtp_url.starts_with("smtp://") && !mail.smtp_url.starts_with("smtps://")) {
        return fail(Errc::Config, "mail.smtp_url begins with smtp:// or smtps://");
    }
    if (mail.from.empty()) {
        return fail(Errc::Config, "mail.smtp_url is set: set mail.from too, the sender");
    }
    if (url.empty()) {
        return fail(Errc::Config,
                    "mail.smtp_url is set: set server.public_url too, or the links "
                    "in mails lead nowhere");
    }
    return {};
}

Result<void> read_secrets(Settings& settings) {
    if (settings.mail.password_file.empty()) return {};
    settings.mail.password =
        TRY(settings::read_secret("mail.password_file", settings.mail.password_file));
    return {};
}

void find_insecure(settings::Findings& findings, const Settings& settings) {
    using settings::Severity;
    const MailSettings& mail = settings.mail;
    findings.check_secret_file(mail.password_file, "open_mail_password");
    findings.add_if(
        settings.public_url.starts_with("http://"), Severity::Medium, "plain_public_url",
        "server.public_url begins with http://: links lead people to unencrypted pages.",
        "Make it https://.");
    findings.add_if(settings.sign_up && mail.smtp_url.empty(), Severity::Low, "sign_up_no_mail",
                    "Anybody may sign up, and without mail nobody's address can be verified nor a "
                    "password reset without an operator.",
                    "Set [mail], or accounts.sign_up to false.");
    findings.add_if(mail.smtp_url.starts_with("smtp://") && mail.username.empty(), Severity::Low,
                    "mail_may_be_plain", "Mail is encrypted only where the mail server offers it.",
                    "Use smtps://, or a username, which demands TLS.");
    findings.add_if(!settings.staff_totp_required, Severity::Low, "staff_without_two_step",
                    "Hosts, operators and admins may sign in by password alone.",
                    "Set accounts.staff_totp_required to true once they have two-step sign-in.");
}

}  // namespace shopcast::people
