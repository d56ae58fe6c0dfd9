#include "show/channel_directory.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "async/testing.hpp"
#include "audit/deed.hpp"
#include "audit/schema.hpp"
#include "show/schema.hpp"

using namespace shopcast;
using show::ChannelDirectory;

namespace {

store::Database open_database() {
    auto database = store::Database::open(":memory:", store::Database::Mode::ReadWrite);
    REQUIRE(database);
    const auto migrated = store::migrate(*database, {&audit::schema(), &show::schema()});
    REQUIRE(migrated);
    return std::move(*database);
}

struct Place {
    SeededRandom random{1};
    async::Loop loop{"test"};
    store::Writer writer{open_database()};
    ChannelDirectory channels{{}, writer, random, system_clock()};

    /// What another process would find.
    async::Task<ChannelDirectory::Stored> stored() {
        ChannelDirectory::Stored out;
        store::Writer::Work work = [&out](store::Database& database) -> Result<void> {
            out = TRY(ChannelDirectory::load(database));
            return {};
        };
        const auto done = co_await writer.run(loop, std::move(work));
        CHECK(done);
        co_return out;
    }
    /// From now on the audit log refuses every entry.
    async::Task<void> forbid_records() {
        store::Writer::Work work = [](store::Database& database) {
            return database.execute(
                "CREATE TRIGGER no BEFORE INSERT ON audit"
                " BEGIN SELECT RAISE(ABORT, 'no'); END");
        };
        const auto done = co_await writer.run(loop, std::move(work));
        REQUIRE(done);
    }
};

async::Task<void> rename_and_remove(Place& place) {
    const auto made = co_await place.channels.create(place.loop, "studio", "Studio", "main");
    REQUIRE(made);
    CHECK(made->channel->shop == "main");
    CHECK(made->channel->key_changed_at == made->channel->created_at);

    const auto renamed = co_await place.channels.set_title(place.loop, "studio", "New");
    REQUIRE(renamed);
    CHECK(place.channels.find("studio")->title == "New");
    CHECK(place.channels.find_by_stream_key(made->stream_key)->title == "New");
    const auto too_long = co_await place.channels.set_title(place.loop, "studio", "");
    CHECK_FALSE(too_long);

    const auto rotated = co_await place.channels.rotate_key(place.loop, "studio");
    REQUIRE(rotated);
    CHECK(rotated->channel->title == "New");
    CHECK_FALSE(place.channels.find_by_stream_key(made->stream_key));

    auto stored = co_await place.stored();
    CHECK(stored.channels.front().title == "New");
    CHECK(stored.channels.front().stream_key_hash == show::hash_of(rotated->stream_key));

    const auto removed = co_await place.channels.remove(place.loop, "studio");
    REQUIRE(removed);
    CHECK_FALSE(place.channels.find("studio"));
    CHECK_FALSE(place.channels.find_by_stream_key(rotated->stream_key));
    CHECK(place.channels.list().empty());
    const auto again = co_await place.channels.remove(place.loop, "studio");
    CHECK(again.error().code == Errc::NotFound);
    const auto reused = co_await place.channels.create(place.loop, "studio", "Other", "main");
    CHECK(reused.error().code == Errc::Conflict);

    stored = co_await place.stored();
    CHECK(stored.channels.empty());
    CHECK(stored.removed == std::vector{std::pair<std::string, std::string>("studio", "main")});
    ChannelDirectory next(stored, place.writer, place.random, system_clock());
    const auto reused_later = co_await next.create(place.loop, "studio", "Other", "main");
    CHECK(reused_later.error().code == Errc::Conflict);
    const auto nowhere = co_await place.channels.create(place.loop, "lost", "Lost", "nowhere");
    CHECK(nowhere.error().code == Errc::NotFound);
}

async::Task<void> fail_along(Place& place) {
    co_await place.forbid_records();
    audit::Deed deed{.action = "channel.create", .target = "channel/studio"};
    const auto made =
        co_await place.channels.create(place.loop, "studio", "Studio", "main", std::move(deed));
    CHECK_FALSE(made);
    CHECK_FALSE(place.channels.find("studio"));
    const auto stored = co_await place.stored();
    CHECK(stored.channels.empty());
}

}  // namespace

TEST_CASE("a channel is renamed and removed, and its name stays taken") {
    Place place;
    async::run_to_end(place.loop, rename_and_remove(place));
}

TEST_CASE("a change whose deed cannot be recorded is none") {
    Place place;
    async::run_to_end(place.loop, fail_along(place));
}
