#include "api/frame/shared_answers.hpp"

#include <doctest/doctest.h>

#include <future>
#include <list>
#include <optional>
#include <string>

#include "api/limits.hpp"
#include "async/testing.hpp"
#include "base/testing.hpp"
#include "store/testing.hpp"

using namespace shopcast;
using namespace shopcast::api;
using async::Task;

namespace {

struct Fixture {
    Fixture() {
        store::test::open_database(folder.database());
        auto opened = store::Readers::open(folder.database());
        REQUIRE(opened);
        readers = std::move(*opened);
        shared = std::make_unique<SharedAnswers>(*readers, clock);
    }

    /// Renders what it is asked for the how-manieth time; a "broken" key is none.
    SharedAnswers::Render render(const std::string& key) {
        return [this, key](store::Database&) -> Checked<SharedAnswers::Told> {
            gone.wait();
            ++rendered;
            if (key == "broken") return problem(404, "product_not_found", "No such product.");
            return SharedAnswers::Told{key + ' ' + std::to_string(rendered),
                                       key.starts_with("their ") ? "theirs" : "ours"};
        };
    }
    Task<void> look(async::Loop& at, std::string key, std::string& said, std::string who = "one") {
        store::ReadFor whose = store::ReadFor::anybody(std::move(who));
        const Reply reply = co_await shared->get(at, std::move(whose), key, render(key));
        said = reply ? std::string(as_text(std::get<Bytes>(reply->body()))) : reply.error().code;
    }
    std::string ask(const std::string& key) {
        std::string said;
        async::Loop own("test");  // one runs once
        async::run_to_end(own, look(own, key, said));
        return said;
    }

    /// Lets the reading begin when all have asked, and waits until each has been told.
    Task<void> until_told(const std::list<std::string>& all) {
        co_await async::turns(loop, 10);
        go.set_value();
        const auto all_are_told = [&all] {
            return std::ranges::none_of(all, [](const std::string& said) { return said.empty(); });
        };
        co_await async::until(loop, all_are_told, "an answer to everybody");
    }

    store::test::DatabaseFolder folder;
    StoppedClock clock;
    async::Loop loop{"test"};
    std::promise<void> go;
    std::shared_future<void> gone = go.get_future().share();
    int rendered = 0;  // by the one thread that reads for anybody
    std::unique_ptr<store::Readers> readers;
    std::unique_ptr<SharedAnswers> shared;
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a thousand who ask at the same time are told by one reading") {
    std::list<std::string> all;
    for (int i = 0; i < 1000; ++i) loop.spawn(look(loop, "tea", all.emplace_back()));
    async::run_to_end(loop, until_told(all));
    CHECK(std::ranges::all_of(all, [](const std::string& said) { return said == "tea 1"; }));
    CHECK(rendered == 1);
}

TEST_CASE_FIXTURE(Fixture, "an answer is kept a short while, each under its key") {
    go.set_value();
    CHECK(ask("tea") == "tea 1");
    CHECK(ask("cake") == "cake 2");
    CHECK(ask("tea") == "tea 1");
    clock.passed += limits::shared_answers_kept_for;
    CHECK(ask("tea") == "tea 1");
    clock.passed += Milliseconds(1);
    CHECK(ask("tea") == "tea 3");
}

TEST_CASE_FIXTURE(Fixture, "why not is kept as well") {
    go.set_value();
    CHECK(ask("broken") == "product_not_found");
    CHECK(ask("broken") == "product_not_found");
    CHECK(rendered == 1);
}

TEST_CASE_FIXTURE(Fixture, "whoever asks after a change sees it, and waits for no older reading") {
    std::string before;
    std::string after;
    loop.spawn(look(loop, "tea", before));
    const auto story = [](Fixture& self, std::string& old, std::string& fresh) -> Task<void> {
        co_await async::turns(self.loop, 10);
        self.shared->forget("ours");
        self.loop.spawn(self.look(self.loop, "tea", fresh));
        co_await async::turns(self.loop, 10);
        self.go.set_value();
        const auto both = [&] { return !old.empty() && !fresh.empty(); };
        co_await async::until(self.loop, both, "both answers");
    };
    async::run_to_end(loop, story(*this, before, after));
    CHECK(before == "tea 1");
    CHECK(after == "tea 2");
    CHECK(ask("tea") == "tea 2");
    shared->forget("ours");
    CHECK(ask("tea") == "tea 3");
}

TEST_CASE_FIXTURE(Fixture, "what one shop changes leaves the others' pages as they are") {
    go.set_value();
    CHECK(ask("tea") == "tea 1");
    CHECK(ask("their tea") == "their tea 2");
    CHECK(ask("broken") == "product_not_found");
    shared->forget("theirs");
    CHECK(ask("tea") == "tea 1");
    CHECK(ask("their tea") == "their tea 4");
    CHECK(ask("broken") == "product_not_found");  // it may be there now
    CHECK(rendered == 5);
    CHECK(ask("their tea") == "their tea 4");
}

TEST_CASE_FIXTURE(Fixture, "whoever asks for what nobody else does has a share of the reading") {
    std::list<std::string> all;
    const std::size_t asked = limits::reader_queue_of_one_max + 10;
    for (std::size_t i = 0; i < asked; ++i) {
        loop.spawn(look(loop, "word " + std::to_string(i), all.emplace_back()));
    }
    async::run_to_end(loop, until_told(all));
    const auto refused = std::ranges::count(all, "busy");
    CHECK(refused >= 9);  // one is being read already
    CHECK(refused <= 10);
    CHECK(ask("word 1").starts_with("word 1 "));
}

TEST_CASE_FIXTURE(Fixture,
                  "whoever has much before it keeps nobody waiting who asks for the same") {
    std::list<std::string> all;
    for (int i = 0; i < 100; ++i) loop.spawn(look(loop, std::to_string(i), all.emplace_back()));
    loop.spawn(look(loop, "tea", all.emplace_back()));
    std::string& other = all.emplace_back();
    loop.spawn(look(loop, "tea", other, "two"));
    async::run_to_end(loop, until_told(all));
    CHECK(other == "tea 2");  // behind what was being read already
    CHECK(*std::prev(all.end(), 2) == other);
    CHECK(rendered == 101);
}

TEST_CASE_FIXTURE(Fixture, "who is refused his own turn waits for another's") {
    std::list<std::string> all;
    loop.spawn(look(loop, "tea", all.emplace_back(), "two"));
    for (std::size_t i = 0; i < limits::reader_queue_of_one_max; ++i) {
        loop.spawn(look(loop, std::to_string(i), all.emplace_back()));
    }
    std::string& late = all.emplace_back();
    loop.spawn(look(loop, "tea", late));
    async::run_to_end(loop, until_told(all));
    CHECK(late == "tea 1");
}

TEST_CASE_FIXTURE(Fixture, "what is kept is bounded, and the oldest goes first") {
    go.set_value();
    const std::string large(limits::shared_answers_bytes_max / 4, 'x');
    for (int i = 0; i < 4; ++i) (void)ask(large + std::to_string(i));
    CHECK(rendered == 4);
    (void)ask(large + "3");
    CHECK(rendered == 4);
    (void)ask(large + "0");
    CHECK(rendered == 5);
}
