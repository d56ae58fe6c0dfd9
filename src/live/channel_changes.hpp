#pragma once

#include <string>

#include "async/task.hpp"
#include "audit/deed.hpp"
#include "live/on_air.hpp"
#include "show/audience.hpp"
#include "show/channel_directory.hpp"
#include "show/stream_history.hpp"

namespace shopcast::live {

/// Changing channels, whoever asks: each change has its entry in the audit log, in the same
/// transaction, and takes its stream with it. Any thread; all it refers to outlives it.
class ChannelChanges {
public:
    using Directory = show::ChannelDirectory;

    ChannelChanges(Directory& channels, OnAir& on_air, show::Audience& audience,
                   show::StreamHistory& history)
        : channels_(channels), on_air_(on_air), audience_(audience), history_(history) {}

    /// In `shop`, which exists. An empty title: the name. Errors: as ChannelDirectory's.
    async::Task<Result<Directory::Created>> create(async::Loop& loop, std::string name,
                                                   std::string title, std::string shop,
                                                   audit::Actor by);
    /// Whoever publishes with the old key is told so, and leaves.
    async::Task<Result<Directory::Created>> rotate_key(async::Loop& loop, std::string name,
                                                       audit::Actor by);
    async::Task<Result<Directory::ChannelRef>> set_title(async::Loop& loop, std::string name,
                                                         std::string title, audit::Actor by);
    /// Ends its stream.
    async::Task<Result<void>> remove(async::Loop& loop, std::string name, audit::Actor by);

private:
    // Constant after construction.
    Directory& channels_;
    OnAir& on_air_;
    show::Audience& audience_;
    show::StreamHistory& history_;
};

}  // namespace shopcast::live
