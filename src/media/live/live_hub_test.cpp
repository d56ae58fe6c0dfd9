#include "media/live/live_hub.hpp"

#include <doctest/doctest.h>

#include <thread>

#include "media/limits.hpp"

using namespace shopcast;
using namespace shopcast::media;

namespace {

using Outcome = async::WaitList::Outcome;

std::shared_ptr<const StreamSnapshot> snapshot(std::string id, std::string channel,
                                               bool ended = false) {
    auto out = std::make_shared<StreamSnapshot>();
    out->id = StreamId(std::move(id));
    out->channel = std::move(channel);
    if (ended) out->ended_at = WallTime{};
    return out;
}

async::Task<void> wait_for(LiveEdge& edge, StreamId id, SteadyTime deadline,
                           std::vector<Outcome>& outcomes) {
    const Outcome outcome = co_await edge.changed(std::move(id), deadline);
    outcomes.push_back(outcome);
}

}  // namespace

TEST_CASE("an edge knows the newest snapshot of a stream and the newest stream of a channel") {
    async::Loop loop("test");
    LiveEdge edge(loop, Milliseconds{1000});
    CHECK(edge.find(StreamId("a")) == nullptr);
    CHECK(edge.find_channel("shoes") == nullptr);
    const auto first = snapshot("a", "shoes");
    const auto second = snapshot("a", "shoes");
    edge.apply(first);
    CHECK(edge.find(StreamId("a")) == first);
    edge.apply(second);
    CHECK(edge.find(StreamId("a")) == second);
    const auto next_show = snapshot("b", "shoes");
    edge.apply(snapshot("a", "shoes", true));
    edge.apply(next_show);
    CHECK(edge.find_channel("shoes") == next_show);
    CHECK(edge.find(StreamId("a"))->ended());
    CHECK(edge.all().size() == 2);
}

TEST_CASE("an ended stream can be fetched for a while, then leaves no trace") {
    async::Loop loop("test");
    LiveEdge edge(loop, Milliseconds{1000});
    edge.apply(snapshot("a", "shoes"));
    edge.apply(snapshot("b", "hats", true));
    const SteadyTime now = loop.now();
    edge.on_sweep(now + Milliseconds{500});
    CHECK(edge.find(StreamId("b")) != nullptr);
    edge.on_sweep(now + Milliseconds{2000});
    CHECK(edge.find(StreamId("b")) == nullptr);
    CHECK(edge.find_channel("hats") == nullptr);
    edge.on_sweep(now + std::chrono::hours{24});
    CHECK(edge.find(StreamId("a")) != nullptr);
}

TEST_CASE("a channel keeps its newest stream when an older one leaves") {
    async::Loop loop("test");
    LiveEdge edge(loop, Milliseconds{1000});
    edge.apply(snapshot("a", "shoes"));
    edge.apply(snapshot("b", "shoes"));
    edge.apply(snapshot("a", "shoes", true));
    // News of the older one do not make it the newest.
    CHECK(edge.find_channel("shoes")->id == StreamId("b"));
    edge.on_sweep(loop.now() + std::chrono::hours{1});
    CHECK(edge.find(StreamId("a")) == nullptr);
    REQUIRE(edge.find_channel("shoes") != nullptr);
    CHECK(edge.find_channel("shoes")->id == StreamId("b"));
    CHECK(edge.all().size() == 1);
}

TEST_CASE("streams that are live are never forgotten, however many, nor for old ones' news") {
    async::Loop loop("test");
    LiveEdge edge(loop, Milliseconds{60'000});
    for (std::size_t i = 0; i < limits::live_streams_max; ++i) {
        edge.apply(snapshot(std::to_string(i), "shoes"));
    }
    edge.apply(snapshot("one more", "hats"));
    CHECK(edge.all().size() == limits::live_streams_max + 1);
    edge.apply(snapshot("3", "shoes", true));
    CHECK(edge.all().size() == limits::live_streams_max + 1);
    edge.apply(snapshot("4", "shoes"));
    CHECK(edge.find(StreamId("3")) != nullptr);
    edge.apply(snapshot("another", "hats"));
    CHECK(edge.find(StreamId("3")) == nullptr);
}

TEST_CASE("the number of streams is bounded: the one that ended first goes") {
    async::Loop loop("test");
    LiveEdge edge(loop, Milliseconds{60'000});
    for (std::size_t i = 0; i < limits::live_streams_max; ++i) {
        edge.apply(snapshot(std::to_string(i), "shoes", i != 7));
    }
    CHECK(edge.find(StreamId("0")) != nullptr);
    edge.apply(snapshot("one more", "hats"));
    CHECK(edge.all().size() == limits::live_streams_max);
    CHECK(edge.find(StreamId("0")) == nullptr);
    CHECK(edge.find(StreamId("7")) != nullptr);
    CHECK(edge.find(StreamId("one more")) != nullptr);
}

TEST_CASE("waiting ends with the next snapshot, with removal, or at once for unknown names") {
    async::Loop loop("test");
    std::vector<Outcome> outcomes;
    {
        LiveEdge edge(loop, Milliseconds{0});
        const SteadyTime far = loop.now() + std::chrono::hours{1};
        edge.apply(snapshot("a", "shoes"));
        edge.apply(snapshot("b", "hats", true));
        loop.spawn(wait_for(edge, StreamId("a"), far, outcomes));
        loop.spawn(wait_for(edge, StreamId("b"), far, outcomes));
        loop.spawn(wait_for(edge, StreamId("unknown"), far, outcomes));
        loop.post([&] {
            loop.post([&] {
                CHECK(outcomes.size() == 1);
                edge.apply(snapshot("a", "shoes"));
                CHECK(outcomes.size() == 2);
                edge.on_sweep(far);
                CHECK(outcomes.size() == 3);
                loop.stop();
            });
        });
        loop.run();
    }
    CHECK(outcomes == std::vector<Outcome>{Outcome::Woken, Outcome::Woken, Outcome::Woken});
}

TEST_CASE("the hub carries snapshots from any thread to every loop, in order") {
    async::Loop one("one");
    async::Loop two("two");
    {
        LiveHub hub({&one, &two});
        std::thread first([&] { one.run(); });
        std::thread second([&] { two.run(); });
        for (int i = 0; i < 1000; ++i) hub.publish(snapshot("a", "channel-" + std::to_string(i)));
        std::string seen_one;
        std::string seen_two;
        one.post([&] {
            seen_one = hub.edge(one).find(StreamId("a"))->channel;
            one.stop();
        });
        two.post([&] {
            seen_two = hub.edge(two).find(StreamId("a"))->channel;
            two.stop();
        });
        first.join();
        second.join();
        CHECK(seen_one == "channel-999");
        CHECK(seen_two == "channel-999");
    }
}
