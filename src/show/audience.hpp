#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/metrics.hpp"
#include "base/mutex.hpp"
#include "show/viewers.hpp"

namespace shopcast::show {

/// Who watches, on every channel. Any thread.
class Audience {
public:
    explicit Audience(const Clock& clock);

    /// A page at `address` (as limits count those) plays `channel`; gives how many do. REQUIRES:
    /// the channel exists (what is counted for each is kept).
    std::size_t seen(const std::string& channel, std::string_view viewer_id,
                     std::string_view address);
    std::size_t count(std::string_view channel) const;
    /// All channels together; a page that plays two counts twice.
    std::size_t total() const;
    /// The channel was removed.
    void forget(const std::string& channel);
    /// The same for all but these: a report may come while its channel is removed.
    void keep_only(const std::vector<std::string>& channels);

private:
    metrics::SampledGauge::Samples counts() const;
    std::shared_ptr<Viewers> find(std::string_view channel) const;

    // Constant after construction.
    const Clock& clock_;

    mutable Mutex mutex_;
    std::map<std::string, std::shared_ptr<Viewers>, std::less<>> by_channel_ GUARDED_BY(mutex_);

    metrics::SampledGauge gauge_;  // last: it looks at the rest
};

}  // namespace shopcast::show
