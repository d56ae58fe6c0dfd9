#pragma once

#include <optional>

#include "shop/core/records.hpp"
#include "store/sqlite.hpp"

namespace shopcast::shop {

/// Reads whole orders, one after another. Belongs to the thread and the life of its Database.
class OrderReader {
public:
    static Result<OrderReader> create(store::Database& database);

    /// In whatever state, with its lines, its payment and its newest refund; without the
    /// reservations that hold its units.
    Result<std::optional<Order>> find(OrderId id);

private:
    OrderReader(store::Statement order, store::Statement lines)
        : order_(std::move(order)), lines_(std::move(lines)) {}

    store::Statement order_;
    store::Statement lines_;
};

}  // namespace shopcast::shop
