#include "api/publishing.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "net/testing.hpp"
#include "store/schema.hpp"

using namespace shopcast;

namespace {

/// Records what the encoder would be told.
struct FakeControl final : ingest::PublishControl {
    void stop(std::string words) override { told = std::move(words); }
    std::string told;
};

/// A store in memory, one channel, one loop.
struct Place {
    Place() : writer(open()), channels({}, writer, random, system_clock()), hub({&loop}) {}

    static store::Database open() {
        auto database = store::Database::open(":memory:", store::Database::Mode::ReadWrite);
        REQUIRE(database);
        REQUIRE(store::migrate(*database));
        return std::move(*database);
    }
    api::PublishingParts parts() {
        return {channels, hub, writer, random, system_clock(), media::PackagerConfig{}};
    }
    const media::StreamSnapshot* snapshot_of(const std::string& channel) {
        return hub.edge(loop).find_channel(channel).get();
    }

    SeededRandom random{1};
    net::Loop loop{"test"};
    store::Writer writer;
    show::ChannelDirectory channels;
    media::LiveHub hub;
    api::OnAir on_air;
};

net::Task<void> publish_and_rotate(Place& p) {
    api::Publishing gate(p.loop, p.parts(), p.on_air);
    FakeControl control;

    const auto created = co_await p.channels.create(p.loop, "studio", "Studio");
    REQUIRE(created);
    ingest::PublishRequest wrong{.app = "live", .stream_key = "live_wrong"};
    const auto refused = co_await gate.open(wrong, control);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::Unauthorized);
    CHECK(refused.error().message.find("live_wrong") == std::string::npos);

    ingest::PublishRequest right{.app = "live", .stream_key = created->stream_key};
    auto publication = co_await gate.open(right, control);
    REQUIRE(publication);
    const auto second = co_await gate.open(right, control);
    REQUIRE_FALSE(second);
    CHECK(second.error().code == Errc::Conflict);

    p.on_air.stop("studio", "The key was changed.");
    co_await p.loop.yield();
    co_await p.loop.yield();
    CHECK(control.told == "The key was changed.");

    publication->reset();
    auto again = co_await gate.open(right, control);
    CHECK(again.has_value());
    again->reset();

    const auto rotated = co_await p.channels.rotate_key(p.loop, "studio");
    REQUIRE(rotated);
    const auto old_key = co_await gate.open(right, control);
    CHECK_FALSE(old_key);
}

}  // namespace

TEST_CASE("a channel carries one publication at a time") {
    api::OnAir on_air;
    std::string told;
    REQUIRE(on_air.claim("a", [&](std::string words) { told = std::move(words); }));
    CHECK_FALSE(on_air.claim("a", [](std::string) {}));
    CHECK(on_air.claim("b", [](std::string) {}));
    on_air.stop("a", "enough");
    CHECK(told == "enough");
    on_air.release("a");
    told.clear();
    on_air.stop("a", "the end");
    CHECK(told.empty());
    CHECK(on_air.claim("a", [](std::string) {}));
}

TEST_CASE("a key opens its channel, once, and only while it is valid") {
    Place place;
    net::run_to_end(place.loop, publish_and_rotate(place));
    CHECK(place.on_air.size() == 0);
}
