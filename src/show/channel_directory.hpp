#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.hpp"
#include "net/task.hpp"
#include "show/channel.hpp"
#include "store/writer.hpp"

namespace shopcast::show {

/// All channels, in memory, each change durable before it is visible. Any thread may read; the
/// values are immutable.
class ChannelDirectory {
public:
    using ChannelRef = std::shared_ptr<const Channel>;

    /// Reads the channels from `database`, which the caller then hands to `writer`.
    static Result<std::vector<Channel>> load(store::Database& database);

    ChannelDirectory(std::vector<Channel> channels, store::Writer& writer, Random& random,
                     const Clock& clock);

    /// In order of their names.
    std::vector<ChannelRef> list() const;
    ChannelRef find(std::string_view name) const;
    /// The channel whose key this is, or nullptr. Compares hashes, so that the time it takes says
    /// nothing about the key.
    ChannelRef find_by_stream_key(std::string_view stream_key) const;

    struct Created {
        ChannelRef channel;
        std::string stream_key;  ///< Shown now and never again.
    };
    /// Errors: Config (name or title), Conflict (the name exists), Busy, TooLarge (too many).
    net::Task<Result<Created>> create(net::Loop& loop, std::string name, std::string title);
    /// The old key stops working when this returns. Errors: NotFound, Busy.
    net::Task<Result<Created>> rotate_key(net::Loop& loop, std::string name);

private:
    void put(ChannelRef channel);

    // Constant after construction.
    store::Writer& writer_;
    Random& random_;
    const Clock& clock_;

    mutable Mutex mutex_;
    std::map<std::string, ChannelRef, std::less<>> by_name_ GUARDED_BY(mutex_);
    std::map<StreamKeyHash, ChannelRef> by_key_ GUARDED_BY(mutex_);
};

}  // namespace shopcast::show
