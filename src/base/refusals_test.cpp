#include "base/refusals.hpp"
#include <malloc.h>

#include <doctest/doctest.h>

#include <set>

#include "base/limits.hpp"
#include "base/log_ring.hpp"
#include "base/testing.hpp"

using namespace shopcast;
using namespace std::chrono_literals;
using log::Level;

namespace {

/// What was logged since it was made.
class Journal {
public:
    std::vector<log::Line> lines() const {
        return log::recent().read(after_, Level::Debug, SIZE_MAX).lines;
    }
    std::uint64_t written() const {
        return log::recent().read(0, Level::Debug, 1).last_seq - after_;
    }
    /// Those of one address.
    std::vector<log::Line> lines(std::string_view address) const {
        std::vector<log::Line> out = lines();
        const std::string needle = "\"address\":\"" + std::string(address) + "\"";
        std::erase_if(out, [&](const log::Line& line) { return !line.fields.contains(needle); });
        return out;
    }

private:
    const std::uint64_t after_ = log::recent().read(0, Level::Debug, 1).last_seq;
};

struct Scene {
    void refuse(RefusalKind kind, std::string_view address, std::size_t times = 1) {
        for (std::size_t i = 0; i < times; ++i) {
            refusals.add({.kind = kind, .address = address});
        }
    }
    void pass(Milliseconds time) {
        clock.passed += time;
        refusals.settle();
    }

    StoppedClock clock;
    Refusals refusals{clock};
    Journal journal;
};

std::string address(int i) {
    return "10." + std::to_string(i >> 16) + "." + std::to_string(i >> 8 & 255) + "." +
           std::to_string(i & 255);
}

}  // namespace

TEST_CASE("each kind of refusal has a name of its own") {
    std::set<std::string_view> names;
    for (std::size_t kind = 0; kind < refusal_kinds_count; ++kind) {
        const std::string_view name = to_string(static_cast<RefusalKind>(kind));
        CHECK_MESSAGE(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == name.npos, name);
        CHECK_FALSE(name.empty());
        names.insert(name);
    }
    CHECK(names.size() == refusal_kinds_count);
    CHECK(to_string(RefusalKind::WrongPassword) == "wrong_password");
    CHECK(to_string(RefusalKind::OverLimit) == "over_limit");
    CHECK(to_string(RefusalKind::TooSlow) == "too_slow");
}

TEST_CASE("the first refusal of an address is logged at once, those that follow once a minute") {
    Scene scene;
    scene.refusals.add({.kind = RefusalKind::WrongPassword,
                        .address = "192.0.2.1",
                        .account = "abc",
                        .why = "as told"});
    REQUIRE(scene.journal.lines().size() == 1);
    const log::Line first = scene.journal.lines()[0];
    CHECK(first.event == "visitor.refused");
    CHECK(first.level == Level::Warning);
    CHECK(first.fields == R"({"kind":"wrong_password","address":"192.0.2.1","account":"abc",)"
                          R"("count":1,"why":"as told"})");

    scene.refuse(RefusalKind::WrongPassword, "192.0.2.1", 500);
    CHECK(scene.journal.lines().size() == 1);
    scene.refuse(RefusalKind::InvalidInput, "192.0.2.1");
    REQUIRE(scene.journal.lines().size() == 2);
    CHECK(scene.journal.lines()[1].level == Level::Info);

    scene.pass(59s);
    CHECK(scene.journal.lines().size() == 2);
    scene.pass(1s);
    REQUIRE(scene.journal.lines().size() == 3);
    CHECK(scene.journal.lines()[2].fields.contains(R"("account":"abc","count":500)"));
    scene.refuse(RefusalKind::WrongPassword, "192.0.2.1", 7);
    CHECK(scene.journal.lines().size() == 3);
    scene.pass(60s);
    REQUIRE(scene.journal.lines().size() == 4);
    CHECK(scene.journal.lines()[3].fields.contains(R"("count":7)"));
    scene.pass(60s);
    scene.pass(60s);
    CHECK(scene.journal.lines().size() == 4);
    scene.refuse(RefusalKind::WrongPassword, "192.0.2.1");
    CHECK(scene.journal.lines().size() == 5);
}

TEST_CASE("a flood of refusals is a few lines a minute, and takes no error's place") {
    Scene scene;
    log::error("test.failed");
    for (int i = 0; i < 10'000; ++i) scene.refuse(RefusalKind::Busy, address(i));
    CHECK(scene.journal.lines().size() == 1 + limits::refusal_lines_max);
    scene.refuse(RefusalKind::Busy, address(9'000), 50);
    scene.pass(60s);
    // The loudest of those that were not told, and one that sums the others up.
    const std::vector<log::Line> all = scene.journal.lines();
    REQUIRE(all.size() == 1 + limits::refusal_lines_max + limits::refusal_lines_max / 2 + 1);
    CHECK(all[1 + limits::refusal_lines_max].fields.contains(address(9'000)));
    CHECK(all.back().event == "refusals.summed_up");
    const std::size_t rest =
        10'000 + 50 - limits::refusal_lines_max - 51 - (limits::refusal_lines_max / 2 - 1);
    CHECK(all.back().fields.contains("\"count\":" + std::to_string(rest) + "}"));
    // Whoever comes next is heard.
    scene.refuse(RefusalKind::WrongPassword, "192.0.2.99");
    CHECK(scene.journal.lines("192.0.2.99").size() == 1);
    for (int minute = 0; minute < 60; ++minute) {
        for (int i = 0; i < 1'000; ++i) scene.refuse(RefusalKind::Busy, address(minute + i));
        scene.pass(60s);
    }
    const auto errors = log::recent().read(all[0].seq - 1, Level::Error, 10);
    CHECK(errors.lines.size() == 1);
    CHECK(scene.journal.written() <= 62 * (limits::refusal_lines_max + 1));
}

TEST_CASE("a hundred thousand addresses take no more room, and hide nobody who tries on") {
    Scene scene;
    const auto held = [] { return ::mallinfo2().uordblks; };
    const std::size_t before = held();
    int others = 0;
    for (int i = 0; i < 100; ++i) {
        for (int each = 0; each < 500; ++each) scene.refuse(RefusalKind::Busy, address(others++));
        scene.refuse(RefusalKind::WrongPassword, "2001:db8:1234:5678::/64");
        for (int each = 0; each < 500; ++each) scene.refuse(RefusalKind::Busy, address(others++));
    }
    CHECK(scene.refusals.addresses() == limits::refusal_addresses_max);
    CHECK((held() - before) / limits::refusal_addresses_max < 600);
    const auto most = scene.refusals.list(Refusals::Order::Most, 1);
    REQUIRE(most.size() == 1);
    CHECK(most[0].address == "2001:db8:1234:5678::/64");
    CHECK(most[0].total == 100);
    const RefusalCounts totals = scene.refusals.totals();
    CHECK(totals[static_cast<std::size_t>(RefusalKind::Busy)] == 100'000);
    CHECK(totals[static_cast<std::size_t>(RefusalKind::WrongPassword)] == 100);
}

TEST_CASE("who comes when all places are taken stays, if he tries on") {
    Scene scene;
    const int room = limits::refusal_addresses_max;
    for (int i = 0; i < room; ++i) scene.refuse(RefusalKind::InvalidInput, address(i), 5);
    for (int i = 0; i < 100; ++i) {
        scene.refuse(RefusalKind::WrongPassword, "192.0.2.1");
        scene.refuse(RefusalKind::InvalidInput, address(room + i));
    }
    const auto most = scene.refusals.list(Refusals::Order::Most, 1);
    CHECK(most[0].address == "192.0.2.1");
    CHECK(most[0].total == 100);
}

TEST_CASE("who was refused, how often and when, is listed") {
    Scene scene;
    const WallTime start = scene.clock.wall();
    scene.refuse(RefusalKind::NotSignedIn, "192.0.2.1", 3);
    scene.pass(10s);
    scene.refuse(RefusalKind::Forbidden, "192.0.2.2");
    scene.refusals.add({.kind = RefusalKind::Forbidden, .address = "192.0.2.2", .account = "abc"});
    scene.refuse(RefusalKind::CrossSite, "192.0.2.2");
    scene.pass(10s);
    scene.refuse(RefusalKind::NotSignedIn, "192.0.2.1");
    scene.refuse(RefusalKind::NotSignedIn, "");  // a unix socket's: in the totals alone

    const auto newest = scene.refusals.list(Refusals::Order::Newest, 10);
    REQUIRE(newest.size() == 2);
    CHECK(newest[0].address == "192.0.2.1");
    CHECK(newest[0].first == start);
    CHECK(newest[0].last == start + 20s);
    CHECK(newest[0].total == 4);
    CHECK(newest[0].account.empty());
    CHECK(newest[1].counts[static_cast<std::size_t>(RefusalKind::Forbidden)] == 2);
    CHECK(newest[1].counts[static_cast<std::size_t>(RefusalKind::CrossSite)] == 1);
    CHECK(newest[1].account == "abc");
    scene.refuse(RefusalKind::Forbidden, "192.0.2.2", 5);
    CHECK(scene.refusals.list(Refusals::Order::Most, 1)[0].address == "192.0.2.2");
    CHECK(scene.refusals.totals()[static_cast<std::size_t>(RefusalKind::NotSignedIn)] == 5);
}

TEST_CASE("an address that was quiet for a day is forgotten, and what was refused is not") {
    Scene scene;
    scene.refuse(RefusalKind::Flood, "192.0.2.1");
    scene.pass(12h);
    scene.refuse(RefusalKind::Flood, "192.0.2.2", 3);
    scene.pass(12h);
    CHECK(scene.refusals.addresses() == 1);
    CHECK(scene.refusals.list(Refusals::Order::Newest, 10)[0].address == "192.0.2.2");
    scene.refuse(RefusalKind::Flood, "192.0.2.2");  // not quiet
    scene.pass(23h);
    CHECK(scene.refusals.addresses() == 1);
    scene.pass(1h);
    CHECK(scene.refusals.addresses() == 0);
    CHECK(scene.refusals.totals()[static_cast<std::size_t>(RefusalKind::Flood)] == 5);
}

TEST_CASE("guessing is an alarm while it goes on, mistyping is none") {
    Scene scene;
    const auto alarms = [&] { return scene.refusals.conditions().size(); };
    scene.refuse(RefusalKind::WrongPassword, "192.0.2.1", limits::refusal_guesses_alarming - 1);
    scene.refuse(RefusalKind::InvalidInput, "192.0.2.1", 1'000);
    scene.pass(60s);
    scene.refuse(RefusalKind::WrongPassword, "192.0.2.1", limits::refusal_guesses_alarming - 1);
    CHECK(alarms() == 0);
    // From wherever they come.
    scene.refuse(RefusalKind::WrongStreamKey, "192.0.2.2");
    REQUIRE(alarms() == 1);
    CHECK(scene.refusals.conditions()[0].code == "guessing");
    scene.pass(limits::refusal_guessing_lasts);
    CHECK(alarms() == 1);
    scene.pass(1s);
    CHECK(alarms() == 0);
}
