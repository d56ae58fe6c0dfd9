#include "media/live/live_hub.hpp"

#include <algorithm>
#include <utility>

#include "base/check.hpp"
#include "media/limits.hpp"

namespace shopcast::media {

LiveEdge::LiveEdge(async::Loop& loop, Milliseconds linger) : loop_(loop), linger_(linger) {
    loop.sweep(*this);
}

std::shared_ptr<const StreamSnapshot> LiveEdge::find(const StreamId& id) const {
    const auto found = streams_.find(id);
    return found == streams_.end() ? nullptr : found->second.snapshot;
}

std::shared_ptr<const StreamSnapshot> LiveEdge::find_channel(std::string_view channel) const {
    const auto found = newest_of_channel_.find(channel);
    return found == newest_of_channel_.end() ? nullptr : find(found->second);
}

std::vector<std::shared_ptr<const StreamSnapshot>> LiveEdge::all() const {
    std::vector<std::shared_ptr<const StreamSnapshot>> out;
    out.reserve(streams_.size());
    for (const auto& [id, entry] : streams_) out.push_back(entry.snapshot);
    return out;
}

async::Task<async::WaitList::Outcome> LiveEdge::changed(StreamId id, SteadyTime deadline) {
    const auto found = streams_.find(id);
    if (found == streams_.end()) co_return async::WaitList::Outcome::Woken;
    // The entry may be removed while this waits; its list may not.
    const std::shared_ptr<async::WaitList> waiting = found->second.waiting;
    const async::WaitList::Outcome outcome = co_await waiting->wait(deadline);
    co_return outcome;
}

void LiveEdge::apply(std::shared_ptr<const StreamSnapshot> snapshot) {
    const StreamId id = snapshot->id;
    auto [entry, is_new] = streams_.try_emplace(id);
    if (is_new) {
        entry->second.waiting = std::make_shared<async::WaitList>(loop_);
        newest_of_channel_[snapshot->channel] = id;
    }
    if (snapshot->ended()) entry->second.removed_after = loop_.now() + linger_;
    entry->second.snapshot = std::move(snapshot);
    const std::shared_ptr<async::WaitList> waiting = entry->second.waiting;
    if (is_new && streams_.size() > limits::live_streams_max) remove_oldest_ended();
    waiting->wake_all();
}

void LiveEdge::on_sweep(SteadyTime now) {
    std::vector<StreamId> gone;
    for (const auto& [id, entry] : streams_) {
        if (entry.removed_after < now) gone.push_back(id);
    }
    for (const StreamId& id : gone) {
        if (const auto entry = streams_.find(id); entry != streams_.end()) remove(entry);
    }
}

void LiveEdge::remove(Entries::iterator entry) {
    // A newer stream of its channel stays.
    std::erase_if(newest_of_channel_,
                  [&entry](const auto& newest) { return newest.second == entry->first; });
    const std::shared_ptr<async::WaitList> waiting = entry->second.waiting;
    streams_.erase(entry);
    waiting->wake_all();
}

void LiveEdge::remove_oldest_ended() {
    const auto oldest = std::ranges::min_element(
        streams_, {}, [](const auto& stream) { return stream.second.removed_after; });
    if (oldest->second.snapshot->ended()) remove(oldest);
}

LiveHub::LiveHub(const std::vector<async::Loop*>& loops, Milliseconds linger) {
    for (async::Loop* loop : loops) {
        loops_.push_back({.loop = loop, .edge = std::make_shared<LiveEdge>(*loop, linger)});
    }
}

void LiveHub::publish(std::shared_ptr<const StreamSnapshot> snapshot) {
    for (const PerLoop& at : loops_) {
        // Weak: what a stopped loop never ran must not keep the edge beyond the hub.
        at.loop->post([to = std::weak_ptr(at.edge), snapshot] {
            if (const auto edge = to.lock()) edge->apply(snapshot);
        });
    }
}

LiveEdge& LiveHub::edge(const async::Loop& loop) {
    const auto found = std::ranges::find(loops_, &loop, &PerLoop::loop);
    ENSURE(found != loops_.end(), "the loop is not one of the hub's");
    return *found->edge;
}

}  // namespace shopcast::media
