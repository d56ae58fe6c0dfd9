#pragma once

#include "show/channel_directory.hpp"
#include "store/sqlite.hpp"

/// Channels as the database keeps them. The functions that write run on the writer thread.
namespace shopcast::show {

Result<ChannelDirectory::Stored> load_channels(store::Database& database);
/// Errors: Conflict: the name exists, or did before its channel was removed.
Result<void> insert_channel(store::Database& database, const Channel& channel);
/// These give NotFound when the channel has been removed meanwhile.
Result<void> update_key(store::Database& database, const std::string& name,
                        const StreamKeyHash& hash, WallTime at);
Result<void> update_title(store::Database& database, const std::string& name,
                          const std::string& title);
/// Keeps the row: streams refer to it, and its name stays taken.
Result<void> mark_removed(store::Database& database, const std::string& name, WallTime at);
/// A piece of the rows of channels that were removed before then and that no stream refers to.
Result<std::vector<std::string>> remove_old_names(store::Database& database, WallTime than);

}  // namespace shopcast::show
