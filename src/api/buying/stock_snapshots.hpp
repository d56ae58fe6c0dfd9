#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "api/limits.hpp"
#include "api/shop/shop_sources.hpp"
#include "base/mutex.hpp"
#include "http/response.hpp"

namespace shopcast::api {

/// The stock of each shop as everybody sees it: rendered once for each change of that shop (and at
/// most every limits::stock_snapshot_every), on a thread that reads, its bytes shared by all who
/// ask. Any thread.
class StockSnapshots {
public:
    explicit StockSnapshots(ShopSources sources) : sources_(sources) {}

    /// Renders whenever something has changed, until the loop stops.
    async::Task<void> keep_rendered(async::Loop& loop);
    /// What has changed by now; one step of keep_rendered(). Errors: Busy (too many reads wait).
    async::Task<Result<void>> render(async::Loop& loop);

    /// None: there is no such shop, or nothing has been rendered yet.
    std::optional<http::Response> of(const std::string& shop) const;

private:
    struct Rendered {
        Bytes body;
        std::shared_ptr<const http::HeaderBlock> block;
    };

    static Rendered rendered(const std::string& shop, const shop::StockShelves::Shown& shown,
                             shop::Currency currency);

    // Constant after construction.
    ShopSources sources_;

    std::uint64_t seen_ = 0;  ///< Of the loop that renders.

    mutable Mutex mutex_;
    std::map<std::string, Rendered> all_ GUARDED_BY(mutex_);
};

}  // namespace shopcast::api
