#include "show/stream_history.hpp"

#include <algorithm>
#include <set>

#include "media/limits.hpp"
#include "show/limits.hpp"

namespace shopcast::show {

void StreamHistory::begin(const std::string& stream, const std::string& channel) {
    const Lock lock(mutex_);
    remove_old();
    streams_[stream].facts.channel = channel;
}

void StreamHistory::connected(const std::string& stream, const std::string& encoder,
                              const std::string& address) {
    const Lock lock(mutex_);
    const auto found = streams_.find(stream);
    if (found == streams_.end()) return;
    found->second.facts.encoder = encoder;
    found->second.facts.address = address;
}

void StreamHistory::add(const std::string& stream, const StreamSample& sample) {
    const Lock lock(mutex_);
    const auto found = streams_.find(stream);
    if (found == streams_.end()) return;
    StreamFacts& facts = found->second.facts;
    facts.viewers_peak = std::max(facts.viewers_peak, sample.viewers);
    facts.samples.push_back(sample);
    if (facts.samples.size() > limits::stream_samples_max) facts.samples.pop_front();
}

void StreamHistory::end(const std::string& stream, const std::string& reason) {
    const Lock lock(mutex_);
    const auto found = streams_.find(stream);
    if (found == streams_.end()) return;
    found->second.over_since = clock_.steady();
    found->second.facts.ended_at = clock_.wall();
    found->second.facts.end_reason = reason;
}

std::vector<std::string> StreamHistory::ended() const {
    std::vector<std::string> out;
    const Lock lock(mutex_);
    for (const auto& [stream, entry] : streams_) {
        if (entry.over_since) out.push_back(stream);
    }
    return out;
}

std::optional<StreamFacts> StreamHistory::find(const std::string& stream) const {
    const Lock lock(mutex_);
    const auto found = streams_.find(stream);
    if (found == streams_.end()) return std::nullopt;
    const auto& ended = found->second.over_since;
    if (ended && clock_.steady() - *ended > limits::stream_history_kept_for) return std::nullopt;
    return found->second.facts;
}

void StreamHistory::fail(const std::string& channel, std::string message,
                         const std::string& stream) {
    const Lock lock(mutex_);
    if (const auto found = streams_.find(stream); found != streams_.end()) {
        found->second.facts.last_error = message;
    }
    problems_[channel] = {.at = clock_.wall(), .message = std::move(message)};
}

void StreamHistory::solved(const std::string& channel) {
    const Lock lock(mutex_);
    problems_.erase(channel);
}

std::optional<StreamProblem> StreamHistory::last_problem(std::string_view channel) const {
    const Lock lock(mutex_);
    const auto found = problems_.find(channel);
    if (found == problems_.end()) return std::nullopt;
    return found->second;
}

void StreamHistory::keep_only(const std::vector<std::string>& channels) {
    const std::set<std::string_view> known(channels.begin(), channels.end());
    const Lock lock(mutex_);
    std::erase_if(problems_, [&](const auto& entry) { return !known.contains(entry.first); });
    remove_old();
}

void StreamHistory::remove_old() {
    const SteadyTime now = clock_.steady();
    std::erase_if(streams_, [&](const auto& entry) {
        const auto& ended = entry.second.over_since;
        return ended && now - *ended > limits::stream_history_kept_for;
    });
    if (streams_.size() < limits::live_streams_max) return;
    const auto oldest = std::ranges::min_element(streams_, {}, [](const auto& entry) {
        return entry.second.over_since.value_or(SteadyTime::max());
    });
    if (oldest->second.over_since) streams_.erase(oldest);
}

}  // namespace shopcast::show
