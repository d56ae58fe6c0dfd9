#include "shop/orders/cart.hpp"

#include <algorithm>
#include <array>

#include "shop/limits.hpp"
#include "shop/orders/buyer.hpp"

namespace shopcast::shop {
namespace {

using store::Database;
using store::Statement;

constexpr std::array<std::string_view, 6> note_words{"price_changed", "short",       "all_held",
                                                     "sold_out",      "not_on_sale", "over_limit"};
constexpr std::array<std::string_view, 6> coupon_words{"applied",       "unknown", "ended",
                                                       "below_minimum", "used",    "used_up"};

Result<void> read_lines(Database& database, const CartOf& whose, Cart& cart) {
    Statement head =
        TRY(database.prepare("SELECT version, coupon FROM cart WHERE account = ? AND shop = ?"));
    if (!TRY(head.bind(whose.account.value).bind(whose.shop).step())) return {};
    cart.version = head.integer(0);
    cart.coupon = std::string(head.text(1));
    Statement lines = TRY(database.prepare(
        "SELECT sku, quantity, seen_price_minor FROM cart_line WHERE account = ? AND shop = ?"
        " ORDER BY place"));
    lines.bind(whose.account.value).bind(whose.shop);
    while (TRY(lines.step())) {
        cart.lines.push_back({.sku = SkuId(lines.integer(0)),
                              .quantity = lines.integer(1),
                              .seen_price_minor = lines.integer(2),
                              .deal = {},
                              .list_price = {},
                              .name = {},
                              .notes = {}});
    }
    return {};
}

/// What a line would be if it were ordered now, as the allocator would see it.
Result<OrderLine> look(Database& database, const CartOf& whose, const Shelf& shelf,
                       const std::vector<OwnHold>& holds, const Rules& rules, CartLine& line) {
    OrderLine priced{.sku = line.sku,
                     .pool = PoolId::of(line.sku),
                     .name = {},
                     .quantity = line.quantity,
                     .unit_price = {}};
    const ShelfSku* there = shelf.find(line.sku);
    if (there == nullptr) {
        line.notes.push_back(CartNote::NotOnSale);
        return priced;
    }
    const auto hold = std::ranges::find(holds, line.sku, &Reservation::sku);
    const std::int64_t own = hold == holds.end() ? 0 : hold->quantity;
    const ShelfDeal* deal = shelf.running_deal(line.sku);
    const bool is_held = own >= line.quantity;
    std::int64_t own_in_deal = 0;
    if (deal != nullptr && own > 0 && hold->pool == PoolId::of(deal->deal.id)) own_in_deal = own;
    bool is_deal =
        !is_held && deal != nullptr && deal->stock.available() + own_in_deal >= line.quantity;
    if (is_deal && deal->deal.per_account_max > 0) {
        const std::int64_t taken =
            TRY(units_taken(database, whose.account, PoolId::of(deal->deal.id)));
        is_deal = taken + line.quantity <= deal->deal.per_account_max;
    }
    const PoolId pool = is_held   ? hold->pool
                        : is_deal ? PoolId::of(deal->deal.id)
                                  : PoolId::of(line.sku);
    const Counters& stock = is_deal ? deal->stock : there->stock;
    const std::int64_t own_there = own > 0 && hold->pool == pool ? own : 0;
    line.deal = pool == PoolId::of(line.sku) ? DealId() : DealId(pool.value);
    line.list_price = there->sku.price;
    line.name = there->sku.name;
    line.left = is_held ? own : stock.available() + own_there;
    line.state =
        is_held || line.left > 0
            ? (line.left > limits::low_stock_units ? StockState::Available : StockState::Low)
            : state_of(stock);
    priced.pool = pool;
    priced.name = there->sku.name;
    priced.tax_percent = there->sku.tax_percent;
    priced.unit_price = is_held ? hold->unit_price : is_deal ? deal->deal.price : there->sku.price;

    const std::int64_t most = units_max_of(there->sku, rules);
    if (!there->sku.on_sale && !is_held) {
        line.state = StockState::Off;
        line.notes.push_back(CartNote::NotOnSale);
    } else if (most > 0 && line.quantity > most) {
        line.notes.push_back(CartNote::OverLimit);
    } else if (line.left <= 0) {
        line.notes.push_back(line.state == StockState::AllHeld ? CartNote::AllHeld
                                                               : CartNote::SoldOut);
    } else if (line.left < line.quantity) {
        line.notes.push_back(CartNote::Short);
    }
    if (priced.unit_price.minor != line.seen_price_minor) {
        line.notes.push_back(CartNote::PriceChanged);
    }
    return priced;
}

Result<std::optional<Coupon>> look_at_coupon(Database& database, const CartOf& whose, Cart& cart,
                                             WallTime now) {
    if (cart.coupon.empty()) return std::nullopt;
    const auto found = TRY(find_coupon(database, cart.shop, cart.coupon));
    if (!found) {
        cart.coupon_state = CouponState::Unknown;
        return std::nullopt;
    }
    const Coupon& coupon = found->coupon;
    cart.coupon_minimum_minor = coupon.minimum_minor;
    const std::int64_t used = TRY(times_used(database, whose.account, coupon.id));
    if (now >= coupon.ends_at) {
        cart.coupon_state = CouponState::Ended;
    } else if (coupon.per_account_max > 0 && used >= coupon.per_account_max) {
        cart.coupon_state = CouponState::Used;
    } else if (found->quota.available() < 1) {
        cart.coupon_state = CouponState::UsedUp;
    }
    if (cart.coupon_state != CouponState::Applied) return std::nullopt;
    return coupon;
}

}  // namespace

std::string_view to_string(CartNote note) {
    return note_words[static_cast<std::size_t>(note)];
}

std::string_view to_string(CouponState state) {
    return coupon_words[static_cast<std::size_t>(state)];
}

bool CartLine::can_be_ordered() const {
    return std::ranges::all_of(notes, [](CartNote note) { return note == CartNote::PriceChanged; });
}

bool Cart::can_be_ordered() const {
    return !lines.empty() && std::ranges::all_of(lines, &CartLine::can_be_ordered) &&
           (coupon.empty() || coupon_state == CouponState::Applied);
}

Result<Cart> read_cart(Database& database, const CartOf& whose, const Rules& rules, WallTime now) {
    Cart cart{.shop = whose.shop, .coupon = {}, .lines = {}, .priced = {}};
    TRY_VOID(read_lines(database, whose, cart));
    const auto address = TRY(read_address(database, whose.account));
    cart.has_address = address.has_value();

    std::vector<SkuId> skus;
    for (const CartLine& line : cart.lines) skus.push_back(line.sku);
    const Shelf shelf = TRY(read_shelf(database, whose.shop, skus));
    const std::vector<OwnHold> holds = TRY(open_holds(database, whose.account));
    for (CartLine& line : cart.lines) {
        cart.priced.lines.push_back(TRY(look(database, whose, shelf, holds, rules, line)));
    }
    if (!shelf.skus.empty()) cart.priced.currency = shelf.skus.front().sku.price.currency;
    const auto coupon = TRY(look_at_coupon(database, whose, cart, now));
    if (!price_order(cart.priced, coupon ? &*coupon : nullptr, rules)) {
        cart.coupon_state = CouponState::BelowMinimum;
        (void)price_order(cart.priced, nullptr, rules);
    }
    // Nothing is sent where nothing is bought.
    if (cart.lines.empty()) {
        cart.priced.shipping_minor = cart.priced.tax_minor = cart.priced.total_minor = 0;
    }
    return cart;
}

}  // namespace shopcast::shop
