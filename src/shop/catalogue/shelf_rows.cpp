#include "shop/catalogue/shelf_rows.hpp"

#include <algorithm>

#include "shop/ledger/columns.hpp"
#include "shop/limits.hpp"

namespace shopcast::shop {
namespace {

using store::Database;
using store::Statement;

constexpr std::string_view select_sku =
    "SELECT sku.id, shop, name, price_minor, currency, tax_percent, per_order_max, on_sale,"
    " on_hand, held, sold FROM sku JOIN stock ON stock.pool = sku.id WHERE ";
constexpr std::string_view select_deal =
    "SELECT deal.id, deal.sku, deal.price_minor, deal.currency, quantity, per_account_max,"
    " starts_at_ms, ends_at_ms, state, sku.shop, sku.price_minor, sku.name, on_hand, held, sold"
    " FROM deal JOIN sku ON sku.id = deal.sku JOIN stock ON stock.pool = deal.id WHERE ";
constexpr std::string_view select_coupon =
    "SELECT coupon.id, shop, code, percent_off, minor_off, minimum_minor, per_account_max,"
    " ends_at_ms, on_hand, held, sold FROM coupon JOIN stock ON stock.pool = coupon.id WHERE ";

std::string sql_of(std::string_view select, std::string_view where) {
    return std::string(select).append(where);
}

Counters counters_in(const Statement& row, int column) {
    return {row.integer(column), row.integer(column + 1), row.integer(column + 2)};
}

Result<ShelfSku> sku_of_row(const Statement& row) {
    return ShelfSku{.sku = {.id = SkuId(row.integer(0)),
                            .shop = std::string(row.text(1)),
                            .name = std::string(row.text(2)),
                            .price = {row.integer(3), TRY(currency_in(row, 4))},
                            .tax_percent = static_cast<int>(row.integer(5)),
                            .per_order_max = row.integer(6),
                            .on_sale = row.integer(7) != 0},
                    .stock = counters_in(row, 8)};
}

Result<ShelfDeal> deal_of_row(const Statement& row) {
    const Currency currency = TRY(currency_in(row, 3));
    return ShelfDeal{.deal = {.id = DealId(row.integer(0)),
                              .sku = SkuId(row.integer(1)),
                              .price = {row.integer(2), currency},
                              .quantity = row.integer(4),
                              .per_account_max = row.integer(5),
                              .starts_at = time_in(row, 6),
                              .ends_at = time_in(row, 7),
                              .state = TRY(state_in<DealState>(row, 8))},
                     .shop = std::string(row.text(9)),
                     .was = {row.integer(10), currency},
                     .sku_name = std::string(row.text(11)),
                     .stock = counters_in(row, 12)};
}

ShelfCoupon coupon_of_row(const Statement& row) {
    return {.coupon = {.id = CouponId(row.integer(0)),
                       .shop = std::string(row.text(1)),
                       .code = std::string(row.text(2)),
                       .percent_off = static_cast<int>(row.integer(3)),
                       .minor_off = row.integer(4),
                       .minimum_minor = row.integer(5),
                       .per_account_max = row.integer(6),
                       .ends_at = time_in(row, 7)},
            .quota = counters_in(row, 8)};
}

Result<std::vector<ShelfDeal>> read_deals(Statement& query) {
    std::vector<ShelfDeal> deals;
    while (TRY(query.step())) deals.push_back(TRY(deal_of_row(query)));
    return deals;
}

}  // namespace

Result<Shelf> read_shelf(Database& database, const std::string& shop,
                         const std::vector<SkuId>& ids) {
    Shelf shelf;
    Statement sku = TRY(database.prepare(sql_of(select_sku, "sku.id = ? AND shop = ?")));
    Statement deals =
        TRY(database.prepare(sql_of(select_deal, "state <> 'ENDED' AND deal.sku = ?")));
    for (const SkuId id : ids) {
        if (!TRY(sku.reset().bind(id.value).bind(shop).step())) continue;
        shelf.skus.push_back(TRY(sku_of_row(sku)));
        std::vector<ShelfDeal> of_it = TRY(read_deals(deals.reset().bind(id.value)));
        std::ranges::move(of_it, std::back_inserter(shelf.deals));
    }
    return shelf;
}

Result<std::vector<ShelfDeal>> list_deals(Database& database, const DealFilter& filter) {
    Statement query = TRY(database.prepare(sql_of(select_deal,
                                                  "sku.shop = ?1 AND (?2 = 0 OR deal.id < ?2)"
                                                  " ORDER BY deal.id DESC LIMIT ?3")));
    query.bind(filter.shop).bind(filter.behind.value);
    query.bind(static_cast<std::int64_t>(filter.count_max));
    return read_deals(query);
}

Result<std::optional<ShelfDeal>> find_deal(Database& database, DealId id) {
    Statement query = TRY(database.prepare(sql_of(select_deal, "deal.id = ?")));
    if (!TRY(query.bind(id.value).step())) return std::nullopt;
    return deal_of_row(query);
}

Result<std::vector<ShelfCoupon>> list_coupons(Database& database, const std::string& shop) {
    Statement query =
        TRY(database.prepare(sql_of(select_coupon, "shop = ? ORDER BY coupon.id DESC LIMIT ?")));
    query.bind(shop).bind(limits::coupons_listed_max);
    std::vector<ShelfCoupon> coupons;
    while (TRY(query.step())) coupons.push_back(coupon_of_row(query));
    return coupons;
}

Result<std::optional<ShelfCoupon>> find_coupon(Database& database, const std::string& shop,
                                               const std::string& code) {
    Statement query = TRY(database.prepare(sql_of(select_coupon, "shop = ? AND code = ?")));
    if (!TRY(query.bind(shop).bind(code).step())) return std::nullopt;
    return coupon_of_row(query);
}

Result<std::optional<ShelfSku>> find_sku(Database& database, SkuId id) {
    Statement query = TRY(database.prepare(sql_of(select_sku, "sku.id = ?")));
    if (!TRY(query.bind(id.value).step())) return std::nullopt;
    return sku_of_row(query);
}

Result<std::vector<StockMove>> list_moves(Database& database, PoolId pool, std::int64_t behind,
                                          std::size_t count_max) {
    Statement query = TRY(database.prepare(
        "SELECT number, on_hand, sold, reason, subject, at_ms FROM stock_move"
        " WHERE pool = ?1 AND (?2 = 0 OR number < ?2) ORDER BY number DESC LIMIT ?3"));
    query.bind(pool.value).bind(behind).bind(static_cast<std::int64_t>(count_max));
    std::vector<StockMove> moves;
    while (TRY(query.step())) {
        const auto reason = move_reason_from(query.text(3));
        if (!reason) return fail(Errc::Malformed, "a reason that is none");
        moves.push_back({.number = query.integer(0),
                         .pool = pool,
                         .on_hand = query.integer(1),
                         .sold = query.integer(2),
                         .reason = *reason,
                         .subject = query.integer(4),
                         .at = time_in(query, 5)});
    }
    return moves;
}

}  // namespace shopcast::shop
