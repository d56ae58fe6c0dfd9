#pragma once

#include <stdlib.h>

#include <doctest/doctest.h>
#include <openssl/evp.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "async/testing.hpp"
#include "audit/schema.hpp"
#include "people/people.hpp"
#include "people/retention.hpp"
#include "people/schema.hpp"

/// For tests of people/: a server's people without its network.
namespace shopcast::people {

/// Turned by hand; any thread.
class ManualClock final : public Clock {
public:
    SteadyTime steady() const override { return SteadyTime(Milliseconds(now_ms_.load())); }
    WallTime wall() const override { return WallTime(Milliseconds(now_ms_.load())); }
    void advance(Milliseconds by) { now_ms_ += by.count(); }

private:
    std::atomic<std::int64_t> now_ms_{1'900'000'000'000};
};

/// Keeps what it is given, and fails as told.
class FakeSender final : public MailSender {
public:
    struct Sent {
        std::string to;
        std::string message;
    };
    /// Outlives the sender, which the outbox owns.
    struct Record {
        std::vector<Sent> sent;
        std::optional<Errc> failing;
    };
    explicit FakeSender(Record& record) : record_(record) {}

    Result<void> send(const std::string&, const std::string& to,
                      const std::string& message) override {
        if (record_.failing) return fail(*record_.failing, "as told");
        record_.sent.push_back({to, message});
        return {};
    }

private:
    Record& record_;
};

template <typename T>
async::Task<void> keep_answer(async::Task<T> task, std::optional<T>& out) {
    T answer = co_await std::move(task);
    out.emplace(std::move(answer));
}

inline async::Task<Result<void>> with_result(async::Task<void> task) {
    co_await std::move(task);
    co_return Result<void>();
}

class World {
public:
    enum class Mail { Kept, AsConfigured };
    explicit World(Settings settings = cheap(), Mail mail = Mail::Kept)
        : settings_(std::move(settings)), mail_(mail) {
        char name[] = "/tmp/shopcast-test-XXXXXX";
        folder_ = ::mkdtemp(name);
        open();
    }
    ~World() {
        close();
        std::filesystem::remove_all(folder_);
    }
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    /// Argon2 at its least, so that tests are quick.
    static Settings cheap() {
        Settings settings;
        settings.public_url = "https://shop.example.com";
        settings.mail.from = "Shop <shop@example.com>";
        settings.password_cost = {.memory_kib = 8, .passes = 1, .lanes = 1};
        return settings;
    }
    static Visit visit(std::string address = "192.0.2.1") {
        return {Transport::Tls, std::move(address), "test"};
    }

    /// The server stops and starts again on the same folder.
    void restart() {
        close();
        open();
    }
    void restart(Settings settings) {
        settings_ = std::move(settings);
        restart();
    }

    /// The answer of what `ask` starts on a loop.
    template <typename F>
    auto ask(F ask) {
        async::Loop loop("test");
        auto task = ask(loop);
        return answer_of(loop, std::move(task));
    }

    SignedIn sign_up(std::string login, std::string password = "correct horse",
                     std::optional<std::string> email = std::nullopt) {
        const NewAccount account{
            .login = std::move(login), .password = std::move(password), .email = std::move(email)};
        auto answer = ask([&](async::Loop& loop) {
            return people().sign_in().sign_up(loop, account, visit(next_address()));
        });
        REQUIRE_MESSAGE(answer, answer.error().error.message);
        return std::move(*answer);
    }
    Answer<SignedIn> sign_in(std::string login, std::string password, std::string code = {},
                             Visit from = visit()) {
        const Credentials credentials{std::move(login), std::move(password), std::move(code)};
        return ask(
            [&](async::Loop& loop) { return people().sign_in().sign_in(loop, credentials, from); });
    }
    Account create(std::string login, std::vector<Grant> grants = {}) {
        const NewAccount account{.login = std::move(login), .password = "correct horse"};
        auto answer = ask([&](async::Loop& loop) {
            return people().accounts().create(loop, account, grants, {});
        });
        REQUIRE_MESSAGE(answer, answer.error().error.message);
        return std::move(*answer);
    }
    Caller caller(const std::string& token, Transport transport = Transport::Tls) {
        return people().sessions().find(token, transport);
    }
    void settle() {
        const Result<void> done =
            ask([&](async::Loop& loop) { return with_result(people().settle(loop)); });
        CHECK(done);
    }
    /// Takes away what has had its time.
    void sweep() {
        store::Sweeper sweeper(writer(), clock_, retentions(settings_, std::chrono::days(90)));
        const Result<void> done =
            ask([&](async::Loop& loop) { return with_result(sweeper.sweep(loop)); });
        CHECK(done);
    }
    /// Everything the database holds, as bytes; for "there is no such secret in it".
    std::int64_t count(const std::string& sql) {
        auto database = store::Database::open(database_path(), store::Database::Mode::ReadOnly);
        REQUIRE(database);
        auto query = database->prepare(sql);
        REQUIRE_MESSAGE(query, sql);
        REQUIRE(query->step() == true);
        return query->integer(0);
    }
    std::string database_path() const { return (folder_ / "test.db").string(); }

    People& people() { return *people_; }
    store::Writer& writer() { return *writer_; }
    store::Readers& readers() { return *readers_; }
    ManualClock& clock() { return clock_; }
    FakeSender::Record& mails() { return mails_; }

private:
    template <typename T>
    T answer_of(async::Loop& loop, async::Task<T> task) {
        std::optional<T> out;
        async::run_to_end(loop, keep_answer(std::move(task), out));
        REQUIRE(out);
        return std::move(*out);
    }
    void open() {
        auto database = store::Database::open(database_path(), store::Database::Mode::ReadWrite);
        REQUIRE(database);
        const auto migrated = store::migrate(*database, {&audit::schema(), &people::schema()});
        REQUIRE(migrated);
        auto loaded = People::load(*database, settings_);
        REQUIRE(loaded);
        writer_.emplace(std::move(*database));
        auto readers = store::Readers::open(database_path());
        REQUIRE(readers);
        readers_ = std::move(*readers);
        people_.emplace(std::move(*loaded), settings_, *writer_, *readers_, system_random(), clock_,
                        mail_ == Mail::Kept ? std::make_unique<FakeSender>(mails_) : nullptr);
    }
    void close() {
        people_.reset();
        readers_.reset();
        writer_.reset();
    }
    std::string next_address() { return "198.51.100." + std::to_string(++addresses_ % 250 + 1); }

    Settings settings_;
    const Mail mail_;
    std::filesystem::path folder_;
    ManualClock clock_;
    FakeSender::Record mails_;
    int addresses_ = 0;
    std::optional<store::Writer> writer_;
    std::unique_ptr<store::Readers> readers_;
    std::optional<People> people_;
};

/// Something that no part of people/ does.
inline async::Task<Result<void>> run_in_writer(World& world, async::Loop& loop,
                                               std::function<Result<void>(store::Database&)> work) {
    const Result<void> done = co_await world.writer().run(loop, std::move(work));
    co_return done;
}
inline async::Task<Result<void>> with_result_of(World& world, async::Loop& loop, std::string sql) {
    return run_in_writer(world, loop,
                         [sql](store::Database& db) { return db.execute(sql.c_str()); });
}

/// The token behind "#" of the link in a mail, whose body is in base64.
inline std::string token_in_mail(const std::string& message) {
    std::string encoded = message.substr(message.find("\r\n\r\n") + 4);
    std::erase_if(encoded, [](char c) { return c == '\r' || c == '\n'; });
    std::string body(encoded.size(), '\0');
    const int length = ::EVP_DecodeBlock(reinterpret_cast<unsigned char*>(body.data()),
                                         reinterpret_cast<const unsigned char*>(encoded.data()),
                                         static_cast<int>(encoded.size()));
    REQUIRE(length > 0);
    const std::size_t at = body.find('#');
    REQUIRE(at != std::string::npos);
    return body.substr(at + 1, 32);
}

}  // namespace shopcast::people
