#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "show/limits.hpp"

namespace shopcast::show {

/// Counts the viewers of one channel. A viewer is a page that reported playback within the last
/// limits::viewer_counted_for; pages choose a random id, so no cookie is needed. Any thread.
class Viewers {
public:
    /// A page at `address` (as limits count those) reports that it plays. Above
    /// limits::viewers_counted_max, and limits::viewers_per_address_max, new ids are not counted.
    void seen(std::string_view viewer_id, std::string_view address, SteadyTime now);
    std::size_t count(SteadyTime now) const;

    /// 16 to 64 of [A-Za-z0-9_-].
    static bool is_viewer_id(std::string_view text);

private:
    void forget_before(SteadyTime horizon) const REQUIRES_LOCK(mutex_);

    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };

    mutable Mutex mutex_;
    struct Viewer {
        SteadyTime last_seen;
        std::size_t address;  ///< Its hash: two that share one share their part.
    };

    mutable std::unordered_map<std::string, Viewer, TextHash, std::equal_to<>> viewers_
        GUARDED_BY(mutex_);
    mutable std::unordered_map<std::size_t, std::size_t> by_address_ GUARDED_BY(mutex_);
    mutable SteadyTime swept_at_ GUARDED_BY(mutex_){};
};

}  // namespace shopcast::show
