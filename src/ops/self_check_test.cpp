#include "ops/self_check.hpp"
#include <stdlib.h>
#include <sys/stat.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

using namespace shopcast::ops;

namespace {

/// A folder as the server makes it.
struct Folder {
    Folder() {
        char name[] = "/tmp/shopcast-test-XXXXXX";
        path = ::mkdtemp(name);
    }
    ~Folder() { std::filesystem::remove_all(path); }
    std::string path;
};

/// Nothing about it is worth a word.
Config safe(const Folder& folder) {
    Config config;
    config.data_folder = folder.path;
    config.sign_up = false;
    config.staff_totp_required = true;
    config.shop_payments = "none";
    return config;
}

bool finds(const Config& config, std::string_view code, bool needs_admin = false) {
    const auto findings = self_check(config, needs_admin);
    return std::ranges::find(findings, code, &Finding::code) != findings.end();
}

}  // namespace

TEST_CASE("safe settings have no findings") {
    const Folder folder;
    CHECK(self_check(safe(folder), false).empty());
}

TEST_CASE("each insecure setting is found") {
    const Folder folder;
    Config config = safe(folder);
    CHECK(finds(config, "no_admin", true));
    config.shop_payments = "fake";
    CHECK(finds(config, "fake_payments"));

    config.http_listen = "0.0.0.0:8080";
    CHECK(finds(config, "plain_http"));
    CHECK(finds(config, "no_public_url"));
    config.trusted_proxies = {"10.0.0.1"};
    CHECK_FALSE(finds(config, "plain_http"));
    CHECK_FALSE(finds(config, "everybody_is_a_proxy"));
    config.trusted_proxies = {"10.0.0.1", "0.0.0.0/0"};
    CHECK(finds(config, "everybody_is_a_proxy"));
    config.public_url = "http://shop.example";
    CHECK(finds(config, "plain_public_url"));
    config.rtmp_listen = "0.0.0.0:1935";
    CHECK(finds(config, "plain_rtmp"));
    config.rtmp_tls_listen = "0.0.0.0:1936";
    CHECK_FALSE(finds(config, "plain_rtmp"));

    config.sign_up = true;
    CHECK(finds(config, "sign_up_no_mail"));
    config.mail_smtp_url = "smtp://mail.example:25";
    CHECK_FALSE(finds(config, "sign_up_no_mail"));
    CHECK(finds(config, "mail_may_be_plain"));
    config.mail_username = "shop";
    CHECK_FALSE(finds(config, "mail_may_be_plain"));
    config.staff_totp_required = false;
    CHECK(finds(config, "staff_without_two_step"));
}

TEST_CASE("files that others may read are found") {
    const Folder folder;
    Config config = safe(folder);
    config.tls_key = folder.path + "/key.pem";
    std::ofstream(config.tls_key) << "key";
    ::chmod(config.tls_key.c_str(), 0600);
    CHECK(self_check(config, false).empty());
    ::chmod(config.tls_key.c_str(), 0640);
    CHECK(finds(config, "open_key"));
    ::chmod(folder.path.c_str(), 0750);
    CHECK(finds(config, "open_data_folder"));
}

TEST_CASE("the gravest come first") {
    Config config;
    config.http_listen = "0.0.0.0:8080";
    const auto findings = self_check(config, true);
    CHECK(std::ranges::is_sorted(findings, {}, &Finding::severity));
    CHECK(findings.front().severity == Severity::High);
}
