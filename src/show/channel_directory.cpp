#include "show/channel_directory.hpp"

#include <algorithm>

#include "base/limits.hpp"

namespace shopcast::show {
namespace {

Result<void> insert_channel(store::Database& database, const Channel& channel) {
    store::Statement insert = TRY(database.prepare(
        "INSERT INTO channel(name, title, stream_key_hash, created_at_ms) VALUES (?, ?, ?, ?)"));
    insert.bind(channel.name).bind(channel.title).bind(ByteSpan(channel.stream_key_hash));
    insert.bind(to_unix_ms(channel.created_at));
    TRY_VOID(insert.step());
    return {};
}

Result<void> update_key(store::Database& database, const Channel& channel) {
    store::Statement update =
        TRY(database.prepare("UPDATE channel SET stream_key_hash = ? WHERE name = ?"));
    update.bind(ByteSpan(channel.stream_key_hash)).bind(channel.name);
    TRY_VOID(update.step());
    return {};
}

}  // namespace

Result<std::vector<Channel>> ChannelDirectory::load(store::Database& database) {
    store::Statement query =
        TRY(database.prepare("SELECT name, title, stream_key_hash, created_at_ms FROM channel"));
    std::vector<Channel> channels;
    while (TRY(query.step())) {
        Channel channel{std::string(query.text(0)),
                        std::string(query.text(1)),
                        {},
                        WallTime(Milliseconds(query.integer(3)))};
        const ByteSpan hash = query.blob(2);
        if (hash.size() != channel.stream_key_hash.size()) {
            return fail(Errc::Malformed, "channel " + channel.name + " has a damaged key hash");
        }
        std::ranges::copy(hash, channel.stream_key_hash.begin());
        channels.push_back(std::move(channel));
    }
    return channels;
}

ChannelDirectory::ChannelDirectory(std::vector<Channel> channels, store::Writer& writer,
                                   Random& random, const Clock& clock)
    : writer_(writer), random_(random), clock_(clock) {
    for (Channel& channel : channels) put(std::make_shared<const Channel>(std::move(channel)));
}

std::vector<ChannelDirectory::ChannelRef> ChannelDirectory::list() const {
    const Lock lock(mutex_);
    std::vector<ChannelRef> channels;
    for (const auto& [name, channel] : by_name_) channels.push_back(channel);
    return channels;
}

ChannelDirectory::ChannelRef ChannelDirectory::find(std::string_view name) const {
    const Lock lock(mutex_);
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : found->second;
}

ChannelDirectory::ChannelRef ChannelDirectory::find_by_stream_key(
    std::string_view stream_key) const {
    const StreamKeyHash hash = hash_of(stream_key);
    const Lock lock(mutex_);
    const auto found = by_key_.find(hash);
    return found == by_key_.end() ? nullptr : found->second;
}

net::Task<Result<ChannelDirectory::Created>> ChannelDirectory::create(net::Loop& loop,
                                                                      std::string name,
                                                                      std::string title) {
    CO_CHECK(check_channel_name(name));
    CO_CHECK(check_channel_title(title));
    if (find(name)) co_return fail(Errc::Conflict, "a channel named " + name + " exists already");
    if (list().size() >= limits::channels_max) {
        co_return fail(Errc::TooLarge, "this server holds as many channels as it can");
    }

    std::string key = new_stream_key(random_);
    auto channel = std::make_shared<const Channel>(
        Channel{std::move(name), std::move(title), hash_of(key), clock_.wall()});
    store::Writer::Work work = [channel](store::Database& database) {
        return insert_channel(database, *channel);
    };
    CO_CHECK(co_await writer_.run(loop, std::move(work)));
    put(channel);
    co_return Created{std::move(channel), std::move(key)};
}

net::Task<Result<ChannelDirectory::Created>> ChannelDirectory::rotate_key(net::Loop& loop,
                                                                          std::string name) {
    const ChannelRef old = find(name);
    if (!old) co_return fail(Errc::NotFound, "there is no channel named " + name);

    std::string key = new_stream_key(random_);
    Channel rotated = *old;
    rotated.stream_key_hash = hash_of(key);
    auto channel = std::make_shared<const Channel>(std::move(rotated));
    store::Writer::Work work = [channel](store::Database& database) {
        return update_key(database, *channel);
    };
    CO_CHECK(co_await writer_.run(loop, std::move(work)));
    put(channel);
    co_return Created{std::move(channel), std::move(key)};
}

void ChannelDirectory::put(ChannelRef channel) {
    const Lock lock(mutex_);
    ChannelRef& slot = by_name_[channel->name];
    if (slot) by_key_.erase(slot->stream_key_hash);
    by_key_[channel->stream_key_hash] = channel;
    slot = std::move(channel);
}

}  // namespace shopcast::show
