#pragma once

#include <stdlib.h>

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "api/api.hpp"
#include "async/testing.hpp"
#include "audit/schema.hpp"
#include "http/server.hpp"
#include "live/schema.hpp"
#include "people/schema.hpp"
#include "shop/ledger/schema.hpp"
#include "show/schema.hpp"

/// For this module's tests: the whole API over a data folder of its own, without a network.
namespace shopcast::api {

/// A folder that goes away with the test.
struct TestFolder {
    TestFolder() {
        char name[] = "/tmp/shopcast-test-XXXXXX";
        path = ::mkdtemp(name);
        auto database = store::Database::open(file(), store::Database::Mode::ReadWrite);
        REQUIRE(database);
        const auto migrated =
            store::migrate(*database, {&audit::schema(), &people::schema(), &show::schema(),
                                       &shop::schema(), &live::schema()});
        REQUIRE(migrated);
        // What TestApi::two_shops() has in memory.
        REQUIRE(database->execute(
            "INSERT INTO channel(name, title, stream_key_hash, created_at_ms, shop) VALUES"
            " ('mine', 'mine', x'01', 0, 'main'), ('theirs', 'theirs', x'02', 0, 'other')"));
    }
    ~TestFolder() { std::filesystem::remove_all(path); }
    std::string file() const { return path + "/shopcast.db"; }
    store::Database open() const {
        return store::Database::open(file(), store::Database::Mode::ReadWrite).value();
    }
    std::string path;
};

inline people::Settings test_settings() {
    people::Settings settings;
    // As cheap as Argon2 allows: its strength is tested elsewhere.
    settings.password_cost = {.memory_kib = 8, .passes = 1, .lanes = 1};
    return settings;
}

struct TestApi {
    TestApi()
        : readers(store::Readers::open(folder.file()).value()),
          writer(folder.open()),
          people(load(), test_settings(), writer, *readers, system_random(), system_clock()),
          channels(two_shops(), writer, system_random(), system_clock()),
          hub({&loop}),
          on_air({hub, writer, system_random(), system_clock(), media::PackagerConfig{},
                  Milliseconds(15'000), history, audience, channels, watch}),
          changes(channels, on_air, audience, history),
          alarms(folder.path, system_clock(), {}),
          api({.loops = {&loop},
               .people = people,
               .channels = channels,
               .changes = changes,
               .on_air = on_air,
               .streams = {hub, history, audience, posters, system_clock()},
               .audience = audience,
               .readers = *readers,
               .writer = writer,
               .random = system_random(),
               .addresses = {"", "127.0.0.1:1935", ""},
               .operations = {.version = "test",
                              .alarms = alarms,
                              .on_air = on_air,
                              .audience = audience,
                              .writer = writer,
                              .ready = ready,
                              .clock = system_clock(),
                              .http_connections = [] { return 0UZ; },
                              .rtmp_connections = [] { return 0UZ; },
                              .self_check = [] { return std::vector<settings::Finding>(); }},
               .shop = {.selling = selling, .pictures = pictures},
               .on_setup_done = [] {}},
              router) {}

    people::People::Loaded load() const {
        auto database = folder.open();
        return people::People::load(database, test_settings()).value();
    }
    /// "mine" is of the shop main, "theirs" of another.
    static show::ChannelDirectory::Stored two_shops() {
        show::ChannelDirectory::Stored stored;
        for (const std::string name : {"mine", "theirs"}) {
            stored.channels.push_back({.name = name,
                                       .title = name,
                                       .stream_key_hash = show::hash_of(name),
                                       .created_at = {},
                                       .key_changed_at = {},
                                       .shop = name == "mine" ? "main" : "other"});
        }
        return stored;
    }

    TestFolder folder;
    async::Loop loop{"test"};
    media::Posters posters{folder.path + "/posters"};
    std::unique_ptr<store::Readers> readers;
    shop::Selling selling{shop::SellingSettings{}, system_random(), system_clock(), {}};
    shop::PictureShelf pictures{folder.path + "/pictures"};
    store::Writer writer;
    people::People people;
    show::ChannelDirectory channels;
    media::LiveHub hub;
    show::StreamHistory history{system_clock()};
    show::Audience audience{system_clock()};
    live::ShopWatch watch;
    live::OnAir on_air;
    live::ChannelChanges changes;
    ops::Alarms alarms;
    std::atomic<bool> ready{true};
    http::Router router;
    Api api;
};

}  // namespace shopcast::api
