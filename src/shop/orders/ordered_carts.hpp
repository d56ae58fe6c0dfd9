#pragma once

#include "shop/core/commit_observer.hpp"

namespace shopcast::shop {

/// Empties the carts that were ordered, in the transaction that makes their orders: no order is
/// made whose cart is still there, to be ordered once more.
class OrderedCarts final : public CommitObserver {
public:
    Result<void> append(store::Database& database, const Batch& batch) override;
};

}  // namespace shopcast::shop
