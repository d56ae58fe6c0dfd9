#pragma once

#include <optional>
#include <string>
#include <vector>

#include "shop/catalogue/shelf_rows.hpp"
#include "shop/core/pricing.hpp"
#include "shop/limits.hpp"

/// Carts lie on the server, one for an account and shop, and hold nothing: prices and stock are
/// those of the moment it is read.
namespace shopcast::shop {

enum class CartNote : std::uint8_t {
    PriceChanged,  ///< Since the line was put.
    Short,         ///< Less is left than wanted.
    AllHeld,
    SoldOut,
    NotOnSale,
    OverLimit,  ///< More than an order, or a buyer of the deal, may have.
};
std::string_view to_string(CartNote note);

struct CartLine {
    SkuId sku;
    std::int64_t quantity = 0;
    std::int64_t seen_price_minor = 0;

    // As it is now.
    DealId deal;  ///< 0: the sku's own price.
    Money list_price;
    std::string name;
    StockState state = StockState::Off;
    std::int64_t left = 0;
    std::vector<CartNote> notes;

    bool can_be_ordered() const;
};

enum class CouponState : std::uint8_t { Applied, Unknown, Ended, BelowMinimum, Used, UsedUp };
std::string_view to_string(CouponState state);

struct Cart {
    std::string shop;
    std::int64_t version = 0;
    std::string coupon;
    CouponState coupon_state = CouponState::Applied;
    std::int64_t coupon_minimum_minor = 0;
    std::vector<CartLine> lines;  ///< In the order in which they were put.
    Order priced;                 ///< Its lines' prices, discounts and taxes, and the totals.
    bool has_address = false;

    bool can_be_ordered() const;
};

struct CartOf {
    AccountId account;
    std::string shop;
};

Result<Cart> read_cart(store::Database& database, const CartOf& whose, const Rules& rules,
                       WallTime now);

/// A cart with something in it.
struct CartSummary {
    std::string shop;
    std::int64_t lines = 0;
    std::int64_t units = 0;
};
/// An account's, in order of the shops.
Result<std::vector<CartSummary>> list_carts(store::Database& database, const AccountId& account);

/// What changes a cart; on the writer's thread. `version`: the one that was read; another now is
/// Conflict. None: whatever it is.
struct CartChange {
    CartOf whose;
    std::optional<std::int64_t> version;
};
/// How many of a sku: 0 takes the line out. `is_more`: on top of what is there. Remembers the price
/// of now as seen. Errors: NotFound (no such sku in that shop), Conflict, TooLarge
/// (limits::order_lines_max lines, or limits::order_line_quantity_max of one).
Result<void> put_cart_line(store::Database& database, const CartChange& change, SkuId sku,
                           std::int64_t quantity, bool is_more);
Result<void> put_cart_coupon(store::Database& database, const CartChange& change,
                             const std::string& code);
/// All lines and the coupon.
Result<void> empty_cart(store::Database& database, const CartChange& change);

/// The saved address, as JSON; none: nothing is saved.
Result<std::optional<std::string>> read_address(store::Database& database,
                                                const AccountId& account);
Result<void> put_address(store::Database& database, const AccountId& account,
                         const std::string& content, WallTime now);
Result<void> remove_address(store::Database& database, const AccountId& account);

/// The account is deleted: its carts and its address go, its orders stay, as the law wants.
Result<void> erase_buyer(store::Database& database, const AccountId& account);

}  // namespace shopcast::shop
