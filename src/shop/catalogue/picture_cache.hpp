#pragma once

#include <list>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/bytes.hpp"
#include "base/mutex.hpp"

namespace shopcast::shop {

/// The pictures that were asked for last, in memory, so that a crowd on one page costs the disk one
/// reading. What is in a picture never changes. Any thread.
class PictureCache {
public:
    /// Holds at most so many bytes; a picture that is larger is not kept.
    explicit PictureCache(std::size_t bytes_max) : bytes_max_(bytes_max) {}

    std::optional<Bytes> find(const std::string& name);
    void put(const std::string& name, Bytes picture);

private:
    struct Kept {
        std::string name;
        Bytes picture;
    };

    const std::size_t bytes_max_;

    Mutex mutex_;
    std::list<Kept> newest_first_ GUARDED_BY(mutex_);
    std::unordered_map<std::string, std::list<Kept>::iterator> by_name_ GUARDED_BY(mutex_);
    std::size_t bytes_ GUARDED_BY(mutex_) = 0;
};

}  // namespace shopcast::shop
