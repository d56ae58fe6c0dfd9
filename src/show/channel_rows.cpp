#include "show/channel_rows.hpp"

#include <algorithm>

#include "store/limits.hpp"

namespace shopcast::show {
namespace {

Result<void> require_change(const store::Database& database, const std::string& name) {
    if (database.changed_rows() == 1) return {};
    return fail(Errc::NotFound, "there is no channel named " + name);
}

}  // namespace

Result<ChannelDirectory::Stored> load_channels(store::Database& database) {
    store::Statement query = TRY(database.prepare(
        "SELECT name, title, stream_key_hash, created_at_ms, key_changed_at_ms, shop,"
        " removed_at_ms FROM channel"));
    ChannelDirectory::Stored stored;
    while (TRY(query.step())) {
        if (!query.is_null(6)) {
            stored.removed.emplace_back(query.text(0), query.text(5));
            continue;
        }
        Channel channel{.name = std::string(query.text(0)),
                        .title = std::string(query.text(1)),
                        .stream_key_hash = {},
                        .created_at = WallTime(Milliseconds(query.integer(3))),
                        .key_changed_at = WallTime(Milliseconds(query.integer(4))),
                        .shop = std::string(query.text(5))};
        const ByteSpan hash = query.blob(2);
        if (hash.size() != channel.stream_key_hash.size()) {
            return fail(Errc::Malformed, "channel " + channel.name + " has a damaged key hash");
        }
        std::ranges::copy(hash, channel.stream_key_hash.begin());
        stored.channels.push_back(std::move(channel));
    }
    return stored;
}

Result<void> insert_channel(store::Database& database, const Channel& channel) {
    store::Statement insert = TRY(database.prepare(
        "INSERT INTO channel(name, title, stream_key_hash, created_at_ms, key_changed_at_ms, shop)"
        " VALUES (?, ?, ?, ?, ?, ?)"));
    insert.bind(channel.name).bind(channel.title).bind(ByteSpan(channel.stream_key_hash));
    insert.bind(to_unix_ms(channel.created_at)).bind(to_unix_ms(channel.key_changed_at));
    insert.bind(channel.shop);
    const auto done = insert.step();
    if (done) return {};
    if (done.error().code != Errc::Conflict) return std::unexpected(done.error());
    return fail(Errc::Conflict, "a channel named " + channel.name + " exists already");
}

Result<void> update_key(store::Database& database, const std::string& name,
                        const StreamKeyHash& hash, WallTime at) {
    store::Statement update =
        TRY(database.prepare("UPDATE channel SET stream_key_hash = ?, key_changed_at_ms = ?"
                             " WHERE name = ? AND removed_at_ms IS NULL"));
    update.bind(ByteSpan(hash)).bind(to_unix_ms(at)).bind(name);
    TRY_VOID(update.step());
    return require_change(database, name);
}

Result<void> update_title(store::Database& database, const std::string& name,
                          const std::string& title) {
    store::Statement update = TRY(
        database.prepare("UPDATE channel SET title = ? WHERE name = ? AND removed_at_ms IS NULL"));
    update.bind(title).bind(name);
    TRY_VOID(update.step());
    return require_change(database, name);
}

Result<void> mark_removed(store::Database& database, const std::string& name, WallTime at) {
    store::Statement update = TRY(database.prepare(
        "UPDATE channel SET removed_at_ms = ? WHERE name = ? AND removed_at_ms IS NULL"));
    update.bind(to_unix_ms(at)).bind(name);
    TRY_VOID(update.step());
    return require_change(database, name);
}

Result<std::vector<std::string>> remove_old_names(store::Database& database, WallTime than) {
    store::Statement remove = TRY(database.prepare(
        "DELETE FROM channel WHERE name IN (SELECT name FROM channel WHERE removed_at_ms < ?"
        " AND NOT EXISTS (SELECT 1 FROM stream WHERE stream.channel = channel.name) LIMIT ?)"
        " RETURNING name"));
    remove.bind(to_unix_ms(than));
    remove.bind(static_cast<std::int64_t>(limits::retention_rows_at_once));
    std::vector<std::string> names;
    while (TRY(remove.step())) names.emplace_back(remove.text(0));
    return names;
}

}  // namespace shopcast::show
