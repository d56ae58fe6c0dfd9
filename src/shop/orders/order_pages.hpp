#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "shop/catalogue/product.hpp"
#include "shop/core/records.hpp"
#include "store/sqlite.hpp"

/// Orders as their buyers and the shop's people read them.
namespace shopcast::shop {

/// Where a line's product is told of, as far as it still is.
struct SkuPage {
    ProductId product;    ///< 0: no product's.
    std::string picture;  ///< Its first; empty: none.
};

struct OrderSummary {
    OrderId id;
    std::string shop;
    AccountId account;
    OrderState state = OrderState::PendingPayment;
    Stage stage = Stage::Ordered;
    Money total;
    std::int64_t refunded_minor = 0;
    WallTime placed_at;
    WallTime pay_by;
    std::int64_t units = 0;
    std::string first_name;
    SkuPage first_page;
};

struct OrderFilter {
    std::optional<AccountId> account;
    std::optional<std::string> shop;
    std::optional<OrderState> state;
    OrderId behind;  ///< 0: from the newest on.
    std::size_t count_max = 0;
};
/// Newest first.
Result<std::vector<OrderSummary>> list_orders(store::Database& database, const OrderFilter& filter);

struct OrderPage {
    Order order;
    std::string coupon;  ///< Its code; empty: none.
    std::vector<OrderEvent> history;
    std::vector<Refund> refunds;
    std::map<SkuId, SkuPage> pages;
};
Result<std::optional<OrderPage>> find_order_page(store::Database& database, OrderId id);

/// What is told of a sku; both empty where nothing is.
Result<SkuPage> page_of(store::Database& database, SkuId sku);

}  // namespace shopcast::shop
