#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "shop/core/commit_observer.hpp"
#include "store/sweeper.hpp"

namespace shopcast::live {

/// Which orders were placed while which streams of their shop were on air: a row each in
/// `stream_order`, in the order's own transaction. Streams are told to it when they begin and end;
/// it knows of nothing else, so it may be made before the writer and outlive it. Any thread.
class ShopWatch final : public shop::CommitObserver {
public:
    void began(const std::string& shop, const std::string& stream);
    void ended(const std::string& stream);

    Result<void> append(store::Database& database, const shop::Batch& batch) override;

private:
    std::vector<std::string> streams_of(const std::string& shop) const;

    mutable Mutex mutex_;
    std::map<std::string, std::string> shop_of_stream_ GUARDED_BY(mutex_);
};

/// Rows of orders that were placed more than `keep` ago: no longer than streams themselves.
store::Retention old_stream_orders(Milliseconds keep);

}  // namespace shopcast::live
