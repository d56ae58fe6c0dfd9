#include "base/text.hpp"
#include "people/limits.hpp"
#include "people/smtp_testing.hpp"
#include "people/testing.hpp"

using namespace shopcast;
using namespace shopcast::people;
using namespace std::chrono_literals;

namespace {

const WallTime date = WallTime(std::chrono::seconds(1'900'000'000));

Answer<void> verify(World& world, const std::string& token) {
    return world.ask([&](async::Loop& loop) {
        return world.people().accounts().verify_email(loop, token, "192.0.2.1");
    });
}

}  // namespace

TEST_CASE("mails say what they are for, in Korean and English") {
    const std::string link = "https://shop.example.com/reset#abc";
    for (const MailKind kind :
         {MailKind::ResetPassword, MailKind::VerifyEmail, MailKind::PasswordChanged}) {
        const MailText ko = mail_text(kind, Language::Ko, "Shop", "kim", link);
        const MailText en = mail_text(kind, Language::En, "Shop", "kim", link);
        CHECK(ko.subject != en.subject);
        for (const MailText& text : {ko, en}) {
            CHECK(text.subject.starts_with("[Shop] "));
            CHECK(text.body.find("kim") != std::string::npos);
            const bool has_link = text.body.find(link) != std::string::npos;
            CHECK(has_link == (kind != MailKind::PasswordChanged));
        }
        CHECK(mail_kind_from(to_string(kind)) == kind);
    }
}

TEST_CASE("a message is plain headers, encoded words and a body in base64") {
    const MailText text{
        "[\uac00\uac8c] \ube44\ubc00\ubc88\ud638\uac00 "
        "\ubcc0\uacbd\ub418\uc5c8\uc2b5\ub2c8\ub2e4",
        std::string(200, 'x')};
    const std::string message =
        mail_message(text, "\uac00\uac8c <shop@example.com>", "kim@example.com", "id@x", date);
    CHECK(message.find("Date: Sun, 17 Mar 2030 17:46:40 +0000\r\n") != std::string::npos);
    CHECK(message.find("\r\nTo: kim@example.com\r\n") != std::string::npos);
    CHECK(message.find("\r\nFrom: =?UTF-8?B?6rCA6rKM?= <shop@example.com>\r\n") !=
          std::string::npos);
    for (const std::string_view line : split(message, '\n')) {
        CHECK(line.size() <= 79);
        CHECK(std::ranges::all_of(line, [](char c) { return static_cast<signed char>(c) > 0; }));
    }
    const std::string injected =
        mail_message({"a\r\nBcc: x@y.z", ""}, "shop@example.com", "kim@example.com", "id@x", date);
    CHECK(injected.find("\nBcc:") == std::string::npos);
    CHECK(bare_address("Shop <shop@example.com>") == "shop@example.com");
    CHECK(bare_address("shop@example.com") == "shop@example.com");
}

TEST_CASE("an address is verified by the link that went to it, once") {
    World world;
    const SignedIn kim = world.sign_up("kim", "correct horse", "kim@example.com");
    CHECK(world.people().outbox().waiting() == 1);
    world.people().outbox().run_due();
    REQUIRE(world.mails().sent.size() == 1);
    CHECK(world.mails().sent[0].to == "kim@example.com");
    const std::string token = token_in_mail(world.mails().sent[0].message);
    CHECK(world.count("SELECT count(*) FROM outbox") == 0);
    CHECK(verify(world, "nonsense").error().reason == Reason::LinkInvalid);
    CHECK(verify(world, token));
    CHECK(verify(world, token).error().reason == Reason::LinkInvalid);
    const auto found = world.ask(
        [&](async::Loop& loop) { return world.people().accounts().find(loop, kim.account.id); });
    CHECK(found->email_verified);
}

TEST_CASE("a link to an old address verifies nothing") {
    World world;
    const SignedIn kim = world.sign_up("kim", "correct horse", "kim@example.com");
    world.people().outbox().run_due();
    const std::string token = token_in_mail(world.mails().sent.at(0).message);
    const ProfileChange move{.email = "new@example.com", .password = "correct horse"};
    REQUIRE(world.ask([&](async::Loop& loop) {
        return world.people().accounts().change_profile(loop, kim.account.id, move, {});
    }));
    CHECK(verify(world, token).error().reason == Reason::LinkInvalid);
    CHECK(world.count("SELECT email_verified FROM account") == 0);
    world.people().outbox().run_due();
    CHECK(world.mails().sent.at(1).to == "new@example.com");
    world.clock().advance(24h);
    CHECK(verify(world, token_in_mail(world.mails().sent[1].message)).error().reason ==
          Reason::LinkInvalid);
}

TEST_CASE("a mail waits for its server, across restarts, and no longer than a day") {
    World world;
    world.mails().failing = Errc::Io;
    world.sign_up("kim", "correct horse", "kim@example.com");
    const WallTime start = world.clock().wall();
    std::string waits;
    for (int tries = 1; tries <= 4; ++tries) {
        const auto next = world.people().outbox().run_due();
        REQUIRE(next);
        waits += std::to_string((*next - world.clock().wall()) / 1min) + " ";
        world.clock().advance(*next - world.clock().wall());
        world.restart();
    }
    CHECK(waits == "1 2 4 8 ");
    world.mails().failing.reset();
    CHECK_FALSE(world.people().outbox().run_due());
    CHECK(world.mails().sent.size() == 1);

    world.mails().failing = Errc::Io;
    world.sign_up("lee", "correct horse", "lee@example.com");
    const WallTime queued = world.clock().wall();
    int tries = 0;
    while (const auto next = world.people().outbox().run_due()) {
        world.clock().advance(*next - world.clock().wall());
        REQUIRE(++tries < 100);
    }
    CHECK(world.clock().wall() - queued <= limits::mail_tried_for);
    CHECK(world.clock().wall() - queued > limits::mail_tried_for - 2h);
    CHECK(world.count("SELECT count(*) FROM outbox") == 0);
    CHECK(start < queued);
}

TEST_CASE("a mail that is refused for good is not tried again") {
    World world;
    world.mails().failing = Errc::Malformed;
    world.sign_up("kim", "correct horse", "kim@example.com");
    CHECK_FALSE(world.people().outbox().run_due());
    CHECK(world.count("SELECT count(*) FROM outbox") == 0);
}

TEST_CASE("the outbox keeps no secret, and nothing for who has gone") {
    World world;
    const SignedIn kim = world.sign_up("kim", "correct horse", "kim@example.com");
    CHECK(world.count("SELECT count(*) FROM outbox") == 1);
    CHECK(world.count("SELECT count(*) FROM one_time_link") == 0);  // made when it is sent
    REQUIRE(world.ask([&](async::Loop& loop) {
        return world.people().accounts().erase(loop, kim.account.id, "correct horse", {});
    }));
    world.people().outbox().run_due();
    CHECK(world.mails().sent.empty());
}

TEST_CASE("the thread sends by SMTP, as the server reads it") {
    SmtpServer server;
    MailSettings settings;
    settings.smtp_url = "smtp://127.0.0.1:" + std::to_string(server.port());
    settings.from = "Shop <shop@example.com>";
    const auto sender = smtp_sender(settings);
    const std::string message =
        mail_message({"Hello", "Body\n"}, settings.from, "kim@example.com", "id@x", date);
    const auto sent = sender->send("shop@example.com", "kim@example.com", message);
    CHECK_MESSAGE(sent, sent.error().message);
    const SmtpServer::Received received = server.take();
    CHECK(received.from == "MAIL FROM:<shop@example.com>");
    CHECK(received.to == "RCPT TO:<kim@example.com>");
    CHECK(received.data == message);
}

TEST_CASE("a mail server's no is for good or for now") {
    for (const auto& [answer, code] : std::initializer_list<std::pair<const char*, Errc>>{
             {"550 no such mailbox", Errc::Malformed}, {"451 later", Errc::Io}}) {
        SmtpServer server(answer);
        MailSettings settings;
        settings.smtp_url = "smtp://127.0.0.1:" + std::to_string(server.port());
        const auto sent = smtp_sender(settings)->send("a@b.co", "kim@example.com", "x\r\n");
        REQUIRE_FALSE(sent);
        CHECK(sent.error().code == code);
    }
    MailSettings nobody;
    nobody.smtp_url = "smtp://127.0.0.1:1";
    CHECK(smtp_sender(nobody)->send("a@b.co", "c@d.ef", "x\r\n").error().code == Errc::Io);
}

TEST_CASE("a password never goes to a mail server without TLS") {
    SmtpServer server;
    MailSettings settings;
    settings.smtp_url = "smtp://127.0.0.1:" + std::to_string(server.port());
    settings.username = "shop";
    settings.password = "secret";
    const auto sent = smtp_sender(settings)->send("a@b.co", "c@d.ef", "x\r\n");
    REQUIRE_FALSE(sent);
    CHECK(server.everything().find("AUTH") == std::string::npos);
}

TEST_CASE("without a mail server nothing is queued, and callers know") {
    Settings settings = World::cheap();
    settings.public_url = "";
    settings.mail.smtp_url = "smtp://127.0.0.1:1";
    World world(settings, World::Mail::AsConfigured);
    const SignedIn kim = world.sign_up("kim", "correct horse", "kim@example.com");
    CHECK_FALSE(world.people().outbox().can_send());
    CHECK(world.count("SELECT count(*) FROM outbox") == 0);
    const auto refused = world.ask([&](async::Loop& loop) {
        return world.people().accounts().send_verification(loop, kim.account.id);
    });
    CHECK(refused.error().reason == Reason::MailUnavailable);
}

TEST_CASE("the thread sends what is queued while it runs, and stops") {
    World world;
    world.people().start();
    world.sign_up("kim", "correct horse", "kim@example.com");
    const auto is_sent = [&world] { return world.count("SELECT count(*) FROM outbox") == 0; };
    async::block_until(is_sent, "an empty queue");
    world.people().outbox().stop();
    CHECK(world.mails().sent.size() == 1);
}
