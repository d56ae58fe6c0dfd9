#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "async/asked.hpp"
#include "async/task.hpp"
#include "audit/deed.hpp"
#include "show/channel.hpp"
#include "store/sweeper.hpp"
#include "store/writer.hpp"

namespace shopcast::show {

/// All channels, in memory, each change durable before it is visible. Any thread may read; the
/// values are immutable.
class ChannelDirectory {
public:
    using ChannelRef = std::shared_ptr<const Channel>;

    struct Stored {
        std::vector<Channel> channels;
        /// Names of channels that were removed, and their shops. Their addresses are out there, so
        /// nobody else may stream at one for limits::channel_name_kept_for.
        std::vector<std::pair<std::string, std::string>> removed;
    };
    /// Reads the channels from `database`, which the caller then hands to `writer`.
    static Result<Stored> load(store::Database& database);

    ChannelDirectory(Stored stored, store::Writer& writer, Random& random, const Clock& clock);

    /// In order of their names.
    std::vector<ChannelRef> list() const;
    ChannelRef find(std::string_view name) const;
    /// The channel whose key this is, or nullptr. Compares hashes, so that the time it takes says
    /// nothing about the key.
    ChannelRef find_by_stream_key(std::string_view stream_key) const;

    /// Whoever changes something says what he did: both are durable, or neither. None: nobody has
    /// to answer for it.
    using Deed = std::optional<audit::Deed>;

    struct Created {
        ChannelRef channel;
        std::string stream_key;  ///< Shown now and never again.
    };
    /// Errors: Config (name or title), Conflict (the name exists or did), NotFound (the shop),
    /// Busy, TooLarge (the server or the shop has too many).
    async::Task<Result<Created>> create(async::Loop& loop, std::string name, std::string title,
                                        std::string shop, Deed deed = {});
    /// The old key stops working when this returns. Errors: NotFound, Busy.
    async::Task<Result<Created>> rotate_key(async::Loop& loop, std::string name, Deed deed = {});
    /// Errors: Config (title), NotFound, Busy.
    async::Task<Result<ChannelRef>> set_title(async::Loop& loop, std::string name,
                                              std::string title, Deed deed = {});
    /// Its key stops working when this returns; its name stays taken for a while. Errors: NotFound,
    /// Busy.
    async::Task<Result<void>> remove(async::Loop& loop, std::string name, Deed deed = {});

    /// Names that have been kept long enough, and nothing here speaks of any more.
    store::Retention old_names() const;

private:
    struct Table;

    /// Commits `work`, then makes `publish` to the table, on the writer's thread: changes become
    /// visible in the order of their commits, so that memory never differs from the database.
    async::Asked<Result<void>> commit(async::Loop& loop, store::Writer::Work work, Deed deed,
                                      std::move_only_function<void(Table&)> publish);

    // Constant after construction.
    store::Writer& writer_;
    Random& random_;
    const Clock& clock_;
    std::shared_ptr<Table> table_;  // shared with commits under way, which may outlive this
};

}  // namespace shopcast::show
