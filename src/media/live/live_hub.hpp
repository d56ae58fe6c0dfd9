#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "async/loop.hpp"
#include "async/task.hpp"
#include "async/wait_list.hpp"
#include "base/clock.hpp"
#include "media/live/snapshot.hpp"

namespace shopcast::media {

/// One io thread's view of all live streams. Used on that thread only, so readers never lock.
/// A request handler does, in words: find the snapshot; decide (media/delivery.hpp); on Block
/// `co_await edge.changed(id, deadline)` and decide again with the new snapshot.
class LiveEdge final : public async::Swept {
public:
    /// `linger` is how long an ended stream can still be fetched.
    LiveEdge(async::Loop& loop, Milliseconds linger);

    /// The newest snapshot, or null: unknown names leave no trace.
    std::shared_ptr<const StreamSnapshot> find(const StreamId& id) const;
    /// The newest stream of that channel, ended or not, or null.
    std::shared_ptr<const StreamSnapshot> find_channel(std::string_view channel) const;
    /// Every stream known here, ended ones included.
    std::vector<std::shared_ptr<const StreamSnapshot>> all() const;

    /// Waits until `id` has a newer snapshot, is removed, or `deadline` passes. At once when `id`
    /// is not known.
    async::Task<async::WaitList::Outcome> changed(StreamId id, SteadyTime deadline);

    /// Takes a newer snapshot and wakes who waits for the stream.
    void apply(std::shared_ptr<const StreamSnapshot> snapshot);
    /// Removes streams that ended longer than `linger` ago.
    void on_sweep(SteadyTime now) override;
    void on_stop() override {}

private:
    struct Entry {
        std::shared_ptr<const StreamSnapshot> snapshot;
        std::shared_ptr<async::WaitList> waiting;
        SteadyTime removed_after = SteadyTime::max();
    };
    using Entries = std::unordered_map<StreamId, Entry, IdHash>;

    void remove(Entries::iterator entry);
    void remove_oldest_ended();

    // Constant after construction.
    async::Loop& loop_;
    Milliseconds linger_;
    // Owned by the loop's thread.
    Entries streams_;
    std::map<std::string, StreamId, std::less<>> newest_of_channel_;
};

/// Carries snapshots from the streams' owners to every io thread. publish() is safe from any
/// thread. The loops must outlive the hub, or have stopped before it is destroyed.
class LiveHub final : public SnapshotSink {
public:
    /// `linger`: see PackagerConfig; window + 3 target durations, so that a viewer who is behind
    /// can finish. REQUIRES: the loops do not run yet.
    LiveHub(const std::vector<async::Loop*>& loops, Milliseconds linger = Milliseconds{90'000});

    void publish(std::shared_ptr<const StreamSnapshot> snapshot) override;

    /// The edge of that loop; use it on that loop's thread.
    LiveEdge& edge(const async::Loop& loop);

private:
    struct PerLoop {
        async::Loop* loop;
        std::shared_ptr<LiveEdge> edge;
    };
    // Constant after construction.
    std::vector<PerLoop> loops_;
};

}  // namespace shopcast::media
