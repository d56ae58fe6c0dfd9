#include "people/settings.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace shopcast;

namespace {

bool finds(const people::Settings& given, std::string_view code) {
    settings::Findings findings;
    find_insecure(findings, given);
    const auto all = std::move(findings).sorted();
    return std::ranges::find(all, code, &settings::Finding::code) != all.end();
}

std::string message_of(const people::Settings& given) {
    const auto checked = people::check(given);
    return checked ? std::string() : checked.error().message;
}

}  // namespace

TEST_CASE("the public address is scheme and host alone") {
    people::Settings given;
    for (const char* url : {"", "http://a", "https://shop.example.com:8443"}) {
        given.public_url = url;
        CHECK(message_of(given).empty());
    }
    for (const char* url :
         {"shop.example.com", "ftp://a", "https://", "https://a/", "https://a/b"}) {
        given.public_url = url;
        CHECK(message_of(given).contains("scheme and host alone"));
    }
}

TEST_CASE("mail needs a server, a sender and somewhere for its links to lead") {
    people::Settings given;
    given.mail.smtp_url = "mail.example.com";
    CHECK(message_of(given).contains("begins with smtp://"));
    given.mail.smtp_url = "smtps://mail.example.com:465";
    CHECK(message_of(given).contains("set mail.from"));
    given.mail.from = "shop@example.com";
    CHECK(message_of(given).contains("set server.public_url"));
    given.public_url = "https://shop.example.com";
    CHECK(message_of(given).empty());
}

TEST_CASE("the mail server's password is read, and a file that is not there is named") {
    people::Settings given;
    CHECK(people::read_secrets(given));
    given.mail.password_file = "/nowhere/password";
    const auto refused = people::read_secrets(given);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message == "cannot read mail.password_file /nowhere/password");
}

TEST_CASE("insecure settings of accounts and mail are found") {
    people::Settings given{.sign_up = false, .staff_totp_required = true};
    for (const char* code : {"sign_up_no_mail", "staff_without_two_step", "mail_may_be_plain",
                             "plain_public_url", "open_mail_password"}) {
        CHECK_FALSE(finds(given, code));
    }
    given.sign_up = true;
    CHECK(finds(given, "sign_up_no_mail"));
    given.mail.smtp_url = "smtp://mail.example.com:25";
    CHECK_FALSE(finds(given, "sign_up_no_mail"));
    CHECK(finds(given, "mail_may_be_plain"));
    given.mail.username = "shop";
    CHECK_FALSE(finds(given, "mail_may_be_plain"));
    given.public_url = "http://shop.example.com";
    CHECK(finds(given, "plain_public_url"));
    given.staff_totp_required = false;
    CHECK(finds(given, "staff_without_two_step"));
}
