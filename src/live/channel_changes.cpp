#include "live/channel_changes.hpp"

#include <optional>

#include "audit/deed.hpp"
#include "base/log.hpp"

namespace shopcast::live {
namespace {

using show::ChannelDirectory;

audit::Deed deed_on(const std::string& channel, std::optional<std::string> shop,
                    std::string_view action, audit::Actor by) {
    return {.by = std::move(by),
            .action = "channel." + std::string(action),
            .target = "channel/" + channel,
            .shop = std::move(shop),
            .detail = {}};
}

/// Of a channel that may be gone already: then nothing will be changed or recorded.
std::optional<std::string> shop_of(const ChannelDirectory& channels, std::string_view name) {
    const auto channel = channels.find(name);
    if (!channel) return std::nullopt;
    return channel->shop;
}

}  // namespace

async::Task<Result<ChannelDirectory::Created>> ChannelChanges::create(
    async::Loop& loop, std::string name, std::string title, std::string shop, audit::Actor by) {
    if (title.empty()) title = name;
    audit::Deed deed = deed_on(name, shop, "create", std::move(by));
    deed.detail.emplace_back("title", title);
    CO_TRY(ChannelDirectory::Created created,
           co_await channels_.create(loop, std::move(name), std::move(title), std::move(shop),
                                     std::move(deed)));
    log::info("channel.created", {{"channel", created.channel->name}});
    co_return created;
}

async::Task<Result<ChannelDirectory::Created>> ChannelChanges::rotate_key(async::Loop& loop,
                                                                          std::string name,
                                                                          audit::Actor by) {
    audit::Deed deed = deed_on(name, shop_of(channels_, name), "rotate_key", std::move(by));
    CO_TRY(ChannelDirectory::Created rotated,
           co_await channels_.rotate_key(loop, name, std::move(deed)));
    log::info("channel.key_rotated", {{"channel", name}});
    // Keys are rotated because somebody else may have them: whoever publishes now must leave.
    on_air_.stop(name, "The stream key of this channel was changed. Use the new one.");
    co_return rotated;
}

async::Task<Result<ChannelDirectory::ChannelRef>> ChannelChanges::set_title(async::Loop& loop,
                                                                            std::string name,
                                                                            std::string title,
                                                                            audit::Actor by) {
    audit::Deed deed = deed_on(name, shop_of(channels_, name), "rename", std::move(by));
    deed.detail.emplace_back("title", title);
    CO_TRY(ChannelDirectory::ChannelRef renamed,
           co_await channels_.set_title(loop, name, std::move(title), std::move(deed)));
    log::info("channel.renamed", {{"channel", name}, {"title", renamed->title}});
    co_return renamed;
}

async::Task<Result<void>> ChannelChanges::remove(async::Loop& loop, std::string name,
                                                 audit::Actor by) {
    audit::Deed deed = deed_on(name, shop_of(channels_, name), "delete", std::move(by));
    CO_CHECK(co_await channels_.remove(loop, name, std::move(deed)));
    log::info("channel.removed", {{"channel", name}});
    on_air_.stop(name, "This channel was removed.");
    audience_.forget(name);
    history_.solved(name);
    co_return Result<void>{};
}

}  // namespace shopcast::live
