#include "show/channel_directory.hpp"

#include <algorithm>
#include <map>

#include "audit/deed.hpp"
#include "base/mutex.hpp"
#include "show/channel_rows.hpp"
#include "show/limits.hpp"
#include "store/schema.hpp"

namespace shopcast::show {

/// What readers see.
struct ChannelDirectory::Table {
    void put(ChannelRef channel) {
        const Lock lock(mutex);
        replace(std::move(channel));
    }
    template <typename Edit>
    void change(const std::string& name, const Edit& edit) {
        const Lock lock(mutex);
        const auto found = by_name.find(name);
        if (found == by_name.end()) return;
        Channel changed = *found->second;
        edit(changed);
        replace(std::make_shared<const Channel>(std::move(changed)));
    }
    void remove(const std::string& name) {
        const Lock lock(mutex);
        const auto found = by_name.find(name);
        if (found == by_name.end()) return;
        by_key.erase(found->second->stream_key_hash);
        removed.emplace(name, found->second->shop);
        by_name.erase(found);
    }
    void release(const std::vector<std::string>& names) {
        const Lock lock(mutex);
        for (const std::string& name : names) removed.erase(name);
    }
    Result<void> check_new(const std::string& name, const std::string& shop) const;

    mutable Mutex mutex;
    std::map<std::string, ChannelRef, std::less<>> by_name GUARDED_BY(mutex);
    std::map<StreamKeyHash, ChannelRef> by_key GUARDED_BY(mutex);
    std::map<std::string, std::string> removed GUARDED_BY(mutex);  ///< Names, and whose they were.

private:
    std::size_t names_of(const std::string& shop) const REQUIRES_LOCK(mutex) {
        const auto live = std::ranges::count_if(
            by_name, [&](const auto& each) { return each.second->shop == shop; });
        const auto gone =
            std::ranges::count_if(removed, [&](const auto& each) { return each.second == shop; });
        return static_cast<std::size_t>(live + gone);
    }
    void replace(ChannelRef channel) REQUIRES_LOCK(mutex) {
        ChannelRef& slot = by_name[channel->name];
        if (slot) by_key.erase(slot->stream_key_hash);
        by_key[channel->stream_key_hash] = channel;
        slot = std::move(channel);
    }
};

Result<void> ChannelDirectory::Table::check_new(const std::string& name,
                                                const std::string& shop) const {
    const Lock lock(mutex);
    if (by_name.contains(name)) {
        return fail(Errc::Conflict, "a channel named " + name + " exists already");
    }
    if (removed.contains(name)) {
        return fail(Errc::Conflict, "the name " + name +
                                        " belonged to a channel that was removed; its address "
                                        "stays reserved, so choose another name");
    }
    // Removed channels count as well: their names are held in memory too.
    if (by_name.size() + removed.size() >= limits::channels_max) {
        return fail(Errc::TooLarge, "this server holds as many channels as it can");
    }
    if (names_of(shop) >= limits::channels_of_shop_max) {
        return fail(Errc::TooLarge,
                    "this shop has as many channels as it may have, and a removed one's name is "
                    "kept for a year");
    }
    return {};
}

Result<ChannelDirectory::Stored> ChannelDirectory::load(store::Database& database) {
    return load_channels(database);
}

ChannelDirectory::ChannelDirectory(Stored stored, store::Writer& writer, Random& random,
                                   const Clock& clock)
    : writer_(writer), random_(random), clock_(clock), table_(std::make_shared<Table>()) {
    for (Channel& channel : stored.channels) {
        table_->put(std::make_shared<const Channel>(std::move(channel)));
    }
    const Lock lock(table_->mutex);
    table_->removed.insert(stored.removed.begin(), stored.removed.end());
}

std::vector<ChannelDirectory::ChannelRef> ChannelDirectory::list() const {
    const Lock lock(table_->mutex);
    std::vector<ChannelRef> channels;
    for (const auto& [name, channel] : table_->by_name) channels.push_back(channel);
    return channels;
}

ChannelDirectory::ChannelRef ChannelDirectory::find(std::string_view name) const {
    const Lock lock(table_->mutex);
    const auto found = table_->by_name.find(name);
    return found == table_->by_name.end() ? nullptr : found->second;
}

ChannelDirectory::ChannelRef ChannelDirectory::find_by_stream_key(
    std::string_view stream_key) const {
    const StreamKeyHash hash = hash_of(stream_key);
    const Lock lock(table_->mutex);
    const auto found = table_->by_key.find(hash);
    return found == table_->by_key.end() ? nullptr : found->second;
}

namespace {

Result<void> check_shop(store::Database& database, const std::string& shop) {
    if (TRY(store::has_shop(database, shop))) return {};
    return fail(Errc::NotFound, "there is no shop \"" + shop + "\"");
}

}  // namespace

async::Task<Result<ChannelDirectory::Created>> ChannelDirectory::create(
    async::Loop& loop, std::string name, std::string title, std::string shop, Deed deed) {
    CO_CHECK(check_channel_name(name));
    CO_CHECK(check_channel_title(title));
    CO_CHECK(table_->check_new(name, shop));

    std::string key = new_stream_key(random_);
    const WallTime now = clock_.wall();
    auto channel = std::make_shared<const Channel>(Channel{.name = std::move(name),
                                                           .title = std::move(title),
                                                           .stream_key_hash = hash_of(key),
                                                           .created_at = now,
                                                           .key_changed_at = now,
                                                           .shop = std::move(shop)});
    store::Writer::Work work = [channel](store::Database& database) -> Result<void> {
        TRY_VOID(check_shop(database, channel->shop));
        return insert_channel(database, *channel);
    };
    auto publish = [channel](Table& table) { table.put(channel); };
    CO_CHECK(co_await commit(loop, std::move(work), std::move(deed), std::move(publish)));
    co_return Created{std::move(channel), std::move(key)};
}

async::Task<Result<ChannelDirectory::Created>> ChannelDirectory::rotate_key(async::Loop& loop,
                                                                            std::string name,
                                                                            Deed deed) {
    std::string key = new_stream_key(random_);
    store::Writer::Work work = [name, hash = hash_of(key),
                                now = clock_.wall()](store::Database& database) {
        return update_key(database, name, hash, now);
    };
    auto publish = [name, hash = hash_of(key), now = clock_.wall()](Table& table) {
        table.change(name, [&](Channel& channel) {
            channel.stream_key_hash = hash;
            channel.key_changed_at = now;
        });
    };
    CO_CHECK(co_await commit(loop, std::move(work), std::move(deed), std::move(publish)));
    ChannelRef channel = find(name);
    if (!channel) co_return fail(Errc::NotFound, "the channel " + name + " was just removed");
    co_return Created{std::move(channel), std::move(key)};
}

async::Task<Result<ChannelDirectory::ChannelRef>> ChannelDirectory::set_title(async::Loop& loop,
                                                                              std::string name,
                                                                              std::string title,
                                                                              Deed deed) {
    CO_CHECK(check_channel_title(title));
    store::Writer::Work work = [name, title](store::Database& database) {
        return update_title(database, name, title);
    };
    auto publish = [name, title](Table& table) {
        table.change(name, [&](Channel& channel) { channel.title = title; });
    };
    CO_CHECK(co_await commit(loop, std::move(work), std::move(deed), std::move(publish)));
    ChannelRef channel = find(name);
    if (!channel) co_return fail(Errc::NotFound, "the channel " + name + " was just removed");
    co_return channel;
}

async::Task<Result<void>> ChannelDirectory::remove(async::Loop& loop, std::string name, Deed deed) {
    store::Writer::Work work = [name, now = clock_.wall()](store::Database& database) {
        return mark_removed(database, name, now);
    };
    auto publish = [name](Table& table) { table.remove(name); };
    co_return co_await commit(loop, std::move(work), std::move(deed), std::move(publish));
}

store::Retention ChannelDirectory::old_names() const {
    const auto gone = std::make_shared<std::vector<std::string>>();
    return {.what = "channel names",
            .step = [gone](store::Database& database, WallTime now) -> Result<store::Removed> {
                gone->clear();
                *gone = TRY(remove_old_names(database, now - limits::channel_name_kept_for));
                return store::Removed{.count = gone->size(),
                                      .more = gone->size() >= limits::retention_rows_at_once};
            },
            .then = [gone, table = table_] { table->release(*gone); }};
}

async::Asked<Result<void>> ChannelDirectory::commit(async::Loop& loop, store::Writer::Work work,
                                                    Deed deed,
                                                    std::move_only_function<void(Table&)> publish) {
    using Answer = async::Asked<Result<void>>::Done;
    store::Writer::Work both =
        [work = std::move(work), deed = std::move(deed),
         now = clock_.wall()](store::Database& database) mutable -> Result<void> {
        TRY_VOID(work(database));
        return deed ? audit::record(database, *deed, now) : Result<void>{};
    };
    return {loop, [&writer = writer_, table = table_, work = std::move(both),
                   publish = std::move(publish)](Answer answer) mutable {
                writer.submit(std::move(work),
                              [table = std::move(table), publish = std::move(publish),
                               answer = std::move(answer)](Result<void> result) mutable {
                                  if (result) publish(*table);
                                  answer(std::move(result));
                              });
            }};
}

}  // namespace shopcast::show
