#include "live/channel_changes.hpp"

#include "base/log.hpp"
#include "people/audit.hpp"

namespace shopcast::live {
namespace {

using show::ChannelDirectory;

/// The entry in the audit log, written with the change itself.
ChannelDirectory::Along recorded(people::Deed deed, WallTime at) {
    return [deed = std::move(deed), at](store::Database& database) {
        return people::record(database, deed, at);
    };
}

people::Deed deed_on(const std::string& channel, std::string_view action, people::Actor by) {
    return {.by = std::move(by),
            .action = "channel." + std::string(action),
            .target = "channel/" + channel,
            .shop = std::string(show::default_shop),
            .detail = {}};
}

}  // namespace

async::Task<Result<ChannelDirectory::Created>> ChannelChanges::create(async::Loop& loop,
                                                                      std::string name,
                                                                      std::string title,
                                                                      people::Actor by) {
    if (title.empty()) title = name;
    people::Deed deed = deed_on(name, "create", std::move(by));
    deed.detail.emplace_back("title", title);
    auto along = recorded(std::move(deed), clock_.wall());
    std::string shop(show::default_shop);
    CO_TRY(ChannelDirectory::Created created,
           co_await channels_.create(loop, std::move(name), std::move(title), std::move(shop),
                                     std::move(along)));
    log::info("channel.created", {{"channel", created.channel->name}});
    co_return created;
}

async::Task<Result<ChannelDirectory::Created>> ChannelChanges::rotate_key(async::Loop& loop,
                                                                          std::string name,
                                                                          people::Actor by) {
    auto along = recorded(deed_on(name, "rotate_key", std::move(by)), clock_.wall());
    CO_TRY(ChannelDirectory::Created rotated,
           co_await channels_.rotate_key(loop, name, std::move(along)));
    log::info("channel.key_rotated", {{"channel", name}});
    // Keys are rotated because somebody else may have them: whoever publishes now must leave.
    on_air_.stop(name, "The stream key of this channel was changed. Use the new one.");
    co_return rotated;
}

async::Task<Result<ChannelDirectory::ChannelRef>> ChannelChanges::set_title(async::Loop& loop,
                                                                            std::string name,
                                                                            std::string title,
                                                                            people::Actor by) {
    people::Deed deed = deed_on(name, "rename", std::move(by));
    deed.detail.emplace_back("title", title);
    auto along = recorded(std::move(deed), clock_.wall());
    CO_TRY(ChannelDirectory::ChannelRef renamed,
           co_await channels_.set_title(loop, name, std::move(title), std::move(along)));
    log::info("channel.renamed", {{"channel", name}, {"title", renamed->title}});
    co_return renamed;
}

async::Task<Result<void>> ChannelChanges::remove(async::Loop& loop, std::string name,
                                                 people::Actor by) {
    auto along = recorded(deed_on(name, "delete", std::move(by)), clock_.wall());
    CO_CHECK(co_await channels_.remove(loop, name, std::move(along)));
    log::info("channel.removed", {{"channel", name}});
    on_air_.stop(name, "This channel was removed.");
    audience_.forget(name);
    history_.solved(name);
    co_return Result<void>{};
}

}  // namespace shopcast::live
