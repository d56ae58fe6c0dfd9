#pragma once

#include "base/result.hpp"
#include "shop/core/batch.hpp"
#include "store/sqlite.hpp"

namespace shopcast::shop {

/// Somebody who has to know what the shop decides, and of whom its ledger knows nothing.
class CommitObserver {
public:
    virtual ~CommitObserver() = default;
    /// On the writer's thread, in the transaction of `batch`, behind its rows: what is appended
    /// here is durable with them, or neither is. An error is one of the batch.
    virtual Result<void> append(store::Database& database, const Batch& batch) = 0;
};

}  // namespace shopcast::shop
