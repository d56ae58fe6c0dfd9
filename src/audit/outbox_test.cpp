#include "audit/outbox.hpp"

#include <doctest/doctest.h>

#include <memory>

#include "audit/schema.hpp"
#include "base/testing.hpp"
#include "store/schema.hpp"
#include "store/testing.hpp"

using namespace shopcast;
using namespace shopcast::audit;
using namespace std::chrono_literals;

namespace {

metrics::Counter& sent = metrics::counter("test_outbox_total", "", {{"result", "sent"}});
metrics::Counter& given_up = metrics::counter("test_outbox_total", "", {{"result", "given_up"}});
metrics::Gauge& waiting_gauge = metrics::gauge("test_outbox_waiting", "");

/// Notes what it is given, and answers as told.
class Pigeons final : public Outbox {
public:
    Pigeons(std::string name, store::Writer& writer, const Clock& clock,
            std::vector<Message> messages = {})
        : Outbox({.name = std::move(name),
                  .waiting_max = 3,
                  .retry_first = 1s,
                  .retry_max = 3s,
                  .tried_for = 10s,
                  .sent = sent,
                  .given_up = given_up,
                  .waiting = waiting_gauge},
                 std::move(messages), writer, clock) {}
    ~Pigeons() override { stop(); }

    std::string flown;
    Result<void> answer;

private:
    Result<void> deliver(const Message& message) override {
        flown += message.id;
        return answer;
    }
};

struct Loft {
    Loft() {
        store::Database database = store::test::open_database(folder.database());
        const auto migrated = store::migrate(database, {&schema()});
        REQUIRE(migrated);
        writer = std::make_unique<store::Writer>(std::move(database), clock);
    }
    std::string change(store::Writer::Work work) {
        const Result<void> done = store::test::submit_and_wait(*writer, std::move(work));
        return done ? "" : done.error().message;
    }
    Message message(const std::string& id, const std::string& about = "kim") const {
        return {.id = id,
                .kind = "news",
                .about = about,
                .to = "roof",
                .created_at = clock.wall(),
                .next_try_at = clock.wall()};
    }
    std::string send(Outbox& outbox, const Message& message) {
        std::string said =
            change([&](store::Database& database) { return outbox.insert(database, message); });
        if (said.empty()) outbox.post(message);
        return said;
    }
    std::vector<Message> kept(std::string_view name) {
        std::vector<Message> found;
        const std::string said = change([&](store::Database& database) -> Result<void> {
            found = TRY(Outbox::load(database, name));
            return {};
        });
        CHECK(said == "");
        return found;
    }

    store::test::DatabaseFolder folder;
    StoppedClock clock;
    std::unique_ptr<store::Writer> writer;
};

}  // namespace

TEST_CASE("a message is tried after growing waits, and no longer than is planned") {
    Loft loft;
    Pigeons birds("birds", *loft.writer, loft.clock);
    birds.answer = fail(Errc::Io, "storm");
    REQUIRE(loft.send(birds, loft.message("a")) == "");
    const WallTime begin = loft.clock.wall();
    std::string waits;
    while (const auto next = birds.run_due()) {
        waits += std::to_string((*next - loft.clock.wall()).count()) + " ";
        loft.clock.passed += *next - loft.clock.wall();
        REQUIRE(waits.size() < 100);
        const auto kept = loft.kept("birds");
        REQUIRE(kept.size() == 1);
        CHECK(kept[0].next_try_at == *next);
    }
    CHECK(waits == "1000 2000 3000 3000 ");
    CHECK(loft.clock.wall() - begin < 10s);
    CHECK(birds.flown == "aaaaa");
    CHECK(loft.kept("birds").empty());
}

TEST_CASE("what is refused for good, and what nobody waits for, is tried once") {
    for (const Errc code : {Errc::Malformed, Errc::NotFound}) {
        Loft loft;
        Pigeons birds("birds", *loft.writer, loft.clock);
        birds.answer = fail(code, "no");
        REQUIRE(loft.send(birds, loft.message("a")) == "");
        CHECK_FALSE(birds.run_due());
        CHECK(birds.flown == "a");
        CHECK(loft.kept("birds").empty());
    }
}

TEST_CASE("an outbox has so much room, and none of another's") {
    Loft loft;
    Pigeons birds("birds", *loft.writer, loft.clock);
    Pigeons others("others", *loft.writer, loft.clock);
    REQUIRE(loft.send(others, loft.message("x")) == "");
    for (const char* const id : {"a", "b", "c"}) CHECK(loft.send(birds, loft.message(id)) == "");
    CHECK(loft.send(birds, loft.message("d")) == "too many messages wait already");
    CHECK(birds.waiting() == 3);
    CHECK(loft.kept("birds").size() == 3);
    CHECK_FALSE(birds.run_due());
    CHECK(birds.flown == "abc");
    CHECK(loft.send(birds, loft.message("d")) == "");
    CHECK(loft.kept("others").size() == 1);
}

TEST_CASE("what waits goes on after a restart, without those who have gone") {
    Loft loft;
    {
        Pigeons birds("birds", *loft.writer, loft.clock);
        REQUIRE(loft.send(birds, loft.message("a", "kim")) == "");
        REQUIRE(loft.send(birds, loft.message("b", "lee")) == "");
    }
    CHECK(loft.change([](store::Database& database) { return forget_messages(database, "kim"); }) ==
          "");
    Pigeons birds("birds", *loft.writer, loft.clock, loft.kept("birds"));
    CHECK(birds.waiting() == 1);
    birds.start();
    async::block_until([&] { return loft.kept("birds").empty(); }, "an empty outbox");
    birds.stop();
    CHECK(birds.flown == "b");
}
