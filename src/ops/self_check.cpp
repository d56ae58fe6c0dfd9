#include "ops/self_check.hpp"
#include <sys/stat.h>

#include <fmt/format.h>

#include <filesystem>

#include "base/text.hpp"

namespace shopcast::ops {
namespace {

class Findings {
public:
    void add(bool is_so, Severity severity, std::string code, std::string message,
             std::string advice) {
        if (!is_so) return;
        all_.push_back({severity, std::move(code), std::move(message), std::move(advice)});
    }
    std::vector<Finding> sorted() && {
        std::vector<Finding> out;
        for (const Severity severity : {Severity::High, Severity::Medium, Severity::Low}) {
            for (Finding& finding : all_) {
                if (finding.severity == severity) out.push_back(std::move(finding));
            }
        }
        return out;
    }

private:
    std::vector<Finding> all_;
};

bool is_local(std::string_view listen) {
    return listen.starts_with("127.") || listen.starts_with("[::1]") ||
           listen.starts_with("localhost") || listen.starts_with("unix:");
}

/// The permission bits of others than the owner; none where there is no such file.
unsigned foreign_bits(const std::string& path) {
    struct stat status{};
    if (path.empty() || ::stat(path.c_str(), &status) != 0) return 0;
    return status.st_mode & 077U;
}

bool covers_everybody(const std::string& network) {
    return network.ends_with("/0");
}

void check_network(Findings& findings, const Config& config) {
    findings.add(!is_local(config.http_listen) && config.trusted_proxies.empty(), Severity::High,
                 "plain_http",
                 fmt::format("Pages and passwords travel unencrypted: http.listen is {}.",
                             config.http_listen),
                 "Set http.tls_listen and [tls], and http.listen to 127.0.0.1:8080; or put a proxy "
                 "that speaks TLS in front and list it in server.trusted_proxies.");
    findings.add(
        !is_local(config.rtmp_listen) && config.rtmp_tls_listen.empty(), Severity::Medium,
        "plain_rtmp",
        fmt::format("Stream keys travel unencrypted: rtmp.listen is {}.", config.rtmp_listen),
        "Set rtmp.tls_listen and give hosts the rtmps:// address.");
    for (const std::string& network : config.trusted_proxies) {
        findings.add(covers_everybody(network), Severity::High, "everybody_is_a_proxy",
                     fmt::format("server.trusted_proxies holds {}: anybody may claim any address, "
                                 "and that a request came over TLS.",
                                 network),
                     "List the proxies' own addresses.");
    }
    findings.add(config.public_url.empty() && !is_local(config.http_listen), Severity::Medium,
                 "no_public_url",
                 "server.public_url is not set: no mails can be sent, and "
                 "addresses that the studio shows are guesses.",
                 "Set it to where people find the pages, as \"https://shop.example.com\".");
    findings.add(config.public_url.starts_with("http://"), Severity::Medium, "plain_public_url",
                 "server.public_url begins with http://: links lead people to unencrypted pages.",
                 "Make it https://.");
}

void check_files(Findings& findings, const Config& config) {
    findings.add(foreign_bits(config.data_folder) != 0, Severity::High, "open_data_folder",
                 fmt::format("Other users of this machine may enter the data folder {}.",
                             config.data_folder),
                 fmt::format("chmod 700 {}", config.data_folder));
    const std::string database =
        (std::filesystem::path(config.data_folder) / "shopcast.db").string();
    findings.add(foreign_bits(config.data_folder) != 0 && foreign_bits(database) != 0,
                 Severity::High, "open_database",
                 "Other users of this machine may read the database.",
                 fmt::format("chmod 600 {}", database));
    findings.add(foreign_bits(config.tls_key) != 0, Severity::High, "open_key",
                 fmt::format("Others than the server's user may read {}.", config.tls_key),
                 fmt::format("chmod 600 {}", config.tls_key));
    const std::pair<std::string, const std::string&> secrets[] = {
        {"open_mail_password", config.mail_password_file},
        {"open_stripe_key", config.shop_stripe_secret_key_file},
        {"open_webhook_secret", config.shop_stripe_webhook_secret_file}};
    for (const auto& [name, file] : secrets) {
        findings.add(foreign_bits(file) != 0, Severity::High, name,
                     fmt::format("Others than the server's user may read {}.", file),
                     fmt::format("chmod 600 {}", file));
    }
}

void check_accounts(Findings& findings, const Config& config, bool needs_admin) {
    findings.add(needs_admin, Severity::High, "no_admin",
                 "Nobody is admin yet: whoever has the setup link becomes it.",
                 "Open the link that the server printed (\"shopcast setup-link\" makes a new "
                 "one).");
    findings.add(config.sign_up && config.mail_smtp_url.empty(), Severity::Low, "sign_up_no_mail",
                 "Anybody may sign up, and without mail nobody's address can be verified nor a "
                 "password reset without an operator.",
                 "Set [mail], or accounts.sign_up to false.");
    const bool with_name = !config.mail_username.empty();
    findings.add(config.mail_smtp_url.starts_with("smtp://") && !with_name, Severity::Low,
                 "mail_may_be_plain", "Mail is encrypted only where the mail server offers it.",
                 "Use smtps://, or a username, which demands TLS.");
    findings.add(!config.staff_totp_required, Severity::Low, "staff_without_two_step",
                 "Hosts, operators and admins may sign in by password alone.",
                 "Set accounts.staff_totp_required to true once they have two-step sign-in.");
}

void check_shop(Findings& findings, const Config& config) {
    findings.add(config.shop_payments == "fake", Severity::Medium, "fake_payments",
                 "Orders count as paid, but no money is taken: shop.payments is \"fake\".",
                 "Right for a demo and for trying things out; do not sell with it.");
}

}  // namespace

std::string_view to_string(Severity severity) {
    switch (severity) {
        case Severity::High: return "high";
        case Severity::Medium: return "medium";
        case Severity::Low: return "low";
    }
    return "high";
}

std::vector<Finding> self_check(const Config& config, bool needs_admin) {
    Findings findings;
    check_network(findings, config);
    check_files(findings, config);
    check_accounts(findings, config, needs_admin);
    check_shop(findings, config);
    return std::move(findings).sorted();
}

}  // namespace shopcast::ops
