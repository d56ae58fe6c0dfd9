#include "store/readers.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <latch>
#include <memory>
#include <string>
#include <vector>

#include "async/testing.hpp"
#include "base/mutex.hpp"
#include "store/limits.hpp"
#include "store/testing.hpp"

using namespace shopcast;
using namespace shopcast::store;
using namespace shopcast::store::test;

namespace {

const ReadFor own = ReadFor::own("one");
const ReadFor public_one = ReadFor::anybody("one");

Result<std::int64_t> count_in(Database& database) {
    Statement query = TRY(database.prepare("SELECT count(*) FROM t"));
    TRY_VOID(query.step());
    return query.integer(0);
}

Result<std::int64_t> try_to_write(Database& database) {
    TRY_VOID(database.execute("INSERT INTO t VALUES(9)"));
    return 0;
}

Result<void> insert(Database& database) {
    return database.execute("INSERT INTO t VALUES(1)");
}

async::Task<void> write_and_read(async::Loop& loop, Writer& writer, Readers& readers) {
    for (std::int64_t rows = 1; rows <= 50; ++rows) {
        const auto written = co_await writer.run(loop, insert);
        CHECK(written);
        const auto counted = co_await readers.read<std::int64_t>(loop, own, count_in);
        CHECK(counted == rows);
    }
    const auto refused = co_await readers.read<std::int64_t>(loop, own, try_to_write);
    CHECK_FALSE(refused);
}

struct Fixture {
    Fixture() {
        Database database = open_database(folder.database());
        REQUIRE(database.execute("CREATE TABLE t(x INTEGER) STRICT"));
        writer = std::make_unique<Writer>(std::move(database));
        auto opened = Readers::open(folder.database());
        REQUIRE(opened);
        readers = std::move(*opened);
    }
    /// Returns when every reader's thread stands still, until `go`.
    void hold_all() {
        std::latch held(static_cast<std::ptrdiff_t>(limits::reader_threads));
        for (const ReadFor& lane : {ReadFor::server(), ReadFor::anybody("")}) {
            REQUIRE(readers->submit(lane, [this, &held](Database&) {
                held.count_down();
                gone.wait();
            }));
        }
        held.wait();
    }

    DatabaseFolder folder;
    std::unique_ptr<Writer> writer;
    std::promise<void> go;
    std::shared_future<void> gone = go.get_future().share();
    std::unique_ptr<Readers> readers;
};

async::Task<void> ask_once(async::Loop& loop, Readers& readers, Result<std::int64_t>& answer) {
    answer = co_await readers.read<std::int64_t>(loop, own, count_in);
}

}  // namespace

TEST_CASE_FIXTURE(Fixture, "readers see what the writer has answered, and change nothing") {
    async::Loop loop("test");
    async::run_to_end(loop, write_and_read(loop, *writer, *readers));
}

TEST_CASE("a database that is not there has no readers") {
    const DatabaseFolder folder;
    const auto refused = Readers::open(folder.database());
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::Io);
}

TEST_CASE_FIXTURE(Fixture, "there are as many threads as the limit says") {
    std::size_t count = 0;
    for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
        std::string name;
        std::getline(std::ifstream(task.path() / "comm"), name);
        count += name == "reader" ? 1 : 0;
    }
    CHECK(count == limits::reader_threads);
}

TEST_CASE_FIXTURE(Fixture,
                  "what everybody looks at keeps no account waiting, nor the other way round") {
    for (const bool crowd_is_in_front : {true, false}) {
        const auto standing = std::make_shared<std::promise<void>>();
        const auto may_go = std::make_shared<std::promise<void>>();
        REQUIRE(
            readers->submit(crowd_is_in_front ? public_one : own, [standing, may_go](Database&) {
                standing->set_value();
                may_go->get_future().wait();
            }));
        standing->get_future().wait();
        const auto other = std::make_shared<std::promise<void>>();
        REQUIRE(readers->submit(crowd_is_in_front ? own : public_one,
                                [other](Database&) { other->set_value(); }));
        other->get_future().wait();
        may_go->set_value();
    }
}

TEST_CASE_FIXTURE(Fixture, "one address has its share of the readers, whatever it asks for") {
    hold_all();
    Mutex guard;
    std::vector<std::string> order;
    const auto ask = [&](const std::string& who) {
        return readers->submit(ReadFor::anybody(who), [&, who](Database&) {
            const Lock lock(guard);
            order.push_back(who);
        });
    };
    std::size_t of_flood = 0;
    while (ask("flood")) ++of_flood;
    CHECK(of_flood == limits::reader_queue_of_one_max);
    for (int i = 0; i < 3; ++i) REQUIRE(ask("buyer"));
    go.set_value();
    async::block_until(
        [&] {
            const Lock lock(guard);
            return order.size() == of_flood + 3;
        },
        "an answer to everybody");
    // By time, not strictly by turns: the flood's reads take as long as the buyer's.
    const auto last = std::find(order.rbegin(), order.rend(), "buyer");
    CHECK(order.rend() - last < 20);
}

TEST_CASE_FIXTURE(Fixture, "reads beyond the queue are refused, those in it are all done") {
    hold_all();
    std::atomic<std::size_t> done = 0;
    std::latch all_done(static_cast<std::ptrdiff_t>(limits::reader_queue_max));
    const auto work = [&](Database&) {
        ++done;
        all_done.count_down();
    };
    for (std::size_t i = 0; i < limits::reader_queue_max; ++i) {
        CHECK(done == 0);
        REQUIRE(readers->submit(ReadFor::own(std::to_string(i)), work));
    }
    CHECK_FALSE(readers->submit(own, work));
    async::Loop loop("test");
    Result<std::int64_t> busy = 0;
    async::run_to_end(loop, ask_once(loop, *readers, busy));
    REQUIRE_FALSE(busy);
    CHECK(busy.error().code == Errc::Busy);
    go.set_value();
    all_done.wait();
    CHECK(done == limits::reader_queue_max);
    REQUIRE(readers->submit(own, [](Database&) {}));
}

TEST_CASE_FIXTURE(Fixture, "all that one read sees is of one moment") {
    REQUIRE(submit_and_wait(*writer, insert));
    async::Loop loop("test");
    const auto twice = [this](Database& database) -> Result<std::int64_t> {
        const std::int64_t first = TRY(count_in(database));
        TRY_VOID(submit_and_wait(*writer, insert));
        return 10 * first + TRY(count_in(database));
    };
    Result<std::int64_t> seen = 0;
    Result<std::int64_t> later = 0;
    const auto read = [](async::Loop& at, Readers& by, auto work,
                         Result<std::int64_t>& into) -> async::Task<void> {
        into = co_await by.read<std::int64_t>(at, own, work);
    };
    const auto both = [](async::Task<void> one, async::Task<void> two) -> async::Task<void> {
        co_await std::move(one);
        co_await std::move(two);
    };
    async::run_to_end(loop,
                      both(read(loop, *readers, twice, seen), ask_once(loop, *readers, later)));
    CHECK(seen == 11);
    CHECK(later == 2);
}
