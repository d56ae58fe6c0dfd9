#include "shop/limits.hpp"
#include "shop/orders/cart.hpp"

/// Carts and addresses as they are written, and which carts there are.
namespace shopcast::shop {
namespace {

using store::Database;
using store::Statement;

/// Makes the cart where there is none, and counts the change.
Result<void> touch(Database& database, const CartChange& change) {
    Statement make =
        TRY(database.prepare("INSERT INTO cart VALUES (?, ?, 0, '') ON CONFLICT DO NOTHING"));
    TRY_VOID(make.bind(change.whose.account.value).bind(change.whose.shop).run());
    Statement count = TRY(
        database.prepare("UPDATE cart SET version = version + 1 WHERE account = ?1 AND shop = ?2"
                         " AND (?3 < 0 OR version = ?3)"));
    count.bind(change.whose.account.value).bind(change.whose.shop);
    TRY_VOID(count.bind(change.version.value_or(-1)).run());
    if (database.changed_rows() == 1) return {};
    return fail(Errc::Conflict, "the cart was changed since it was read");
}

struct Line {
    std::int64_t quantity = 0;
    std::int64_t others = 0;  ///< Lines of other skus.
};

Result<Line> line_of(Database& database, const CartOf& whose, SkuId sku) {
    Statement query = TRY(database.prepare(
        "SELECT COALESCE(SUM(quantity) FILTER (WHERE sku = ?3), 0),"
        " COUNT(*) FILTER (WHERE sku <> ?3) FROM cart_line WHERE account = ?1 AND shop = ?2"));
    TRY_VOID(query.bind(whose.account.value).bind(whose.shop).bind(sku.value).step());
    return Line{query.integer(0), query.integer(1)};
}

Result<void> remove_line(Database& database, const CartOf& whose, SkuId sku) {
    Statement remove =
        TRY(database.prepare("DELETE FROM cart_line WHERE account = ? AND shop = ? AND sku = ?"));
    return remove.bind(whose.account.value).bind(whose.shop).bind(sku.value).run();
}

}  // namespace

Result<void> put_cart_line(Database& database, const CartChange& change, SkuId sku,
                           std::int64_t quantity, bool is_more) {
    TRY_VOID(touch(database, change));
    const Line line = TRY(line_of(database, change.whose, sku));
    if (is_more) quantity += line.quantity;
    if (quantity <= 0) return remove_line(database, change.whose, sku);
    if (quantity > limits::order_line_quantity_max ||
        line.others >= static_cast<std::int64_t>(limits::order_lines_max)) {
        return fail(Errc::TooLarge, "a cart has at most 50 lines of at most 999 each");
    }
    const Shelf shelf = TRY(read_shelf(database, change.whose.shop, {sku}));
    const ShelfSku* there = shelf.find(sku);
    if (there == nullptr) return fail(Errc::NotFound, "there is no such sku in this shop");
    const ShelfDeal* deal = shelf.running_deal(sku);
    const bool is_deal = deal != nullptr && deal->stock.available() >= quantity;
    Statement put = TRY(database.prepare(
        "INSERT INTO cart_line VALUES (?1, ?2, ?3, ?4, ?5, (SELECT COALESCE(MAX(place), 0) + 1"
        " FROM cart_line WHERE account = ?1 AND shop = ?2)) ON CONFLICT(account, shop, sku)"
        " DO UPDATE SET quantity = ?4, seen_price_minor = ?5"));
    put.bind(change.whose.account.value).bind(change.whose.shop).bind(sku.value).bind(quantity);
    return put.bind(is_deal ? deal->deal.price.minor : there->sku.price.minor).run();
}

Result<void> put_cart_coupon(Database& database, const CartChange& change,
                             const std::string& code) {
    TRY_VOID(touch(database, change));
    Statement put =
        TRY(database.prepare("UPDATE cart SET coupon = ? WHERE account = ? AND shop = ?"));
    return put.bind(code).bind(change.whose.account.value).bind(change.whose.shop).run();
}

Result<void> empty_cart(Database& database, const CartChange& change) {
    TRY_VOID(put_cart_coupon(database, change, ""));
    Statement remove =
        TRY(database.prepare("DELETE FROM cart_line WHERE account = ? AND shop = ?"));
    return remove.bind(change.whose.account.value).bind(change.whose.shop).run();
}

Result<std::vector<CartSummary>> list_carts(Database& database, const AccountId& account) {
    Statement query =
        TRY(database.prepare("SELECT shop, COUNT(*), SUM(quantity) FROM cart_line"
                             " WHERE account = ? GROUP BY shop ORDER BY shop"));
    query.bind(account.value);
    std::vector<CartSummary> carts;
    while (TRY(query.step())) {
        carts.push_back({std::string(query.text(0)), query.integer(1), query.integer(2)});
    }
    return carts;
}

Result<std::optional<std::string>> read_address(Database& database, const AccountId& account) {
    Statement query = TRY(database.prepare("SELECT content FROM address WHERE account = ?"));
    if (!TRY(query.bind(account.value).step())) return std::nullopt;
    return std::string(query.text(0));
}

Result<void> put_address(Database& database, const AccountId& account, const std::string& content,
                         WallTime now) {
    Statement put = TRY(database.prepare("INSERT OR REPLACE INTO address VALUES (?, ?, ?)"));
    return put.bind(account.value).bind(content).bind(to_unix_ms(now)).run();
}

Result<void> remove_address(Database& database, const AccountId& account) {
    Statement remove = TRY(database.prepare("DELETE FROM address WHERE account = ?"));
    return remove.bind(account.value).run();
}

Result<void> erase_buyer(store::Database& database, const AccountId& account) {
    for (const std::string_view sql :
         {"DELETE FROM address WHERE account = ?", "DELETE FROM cart_line WHERE account = ?",
          "DELETE FROM cart WHERE account = ?"}) {
        store::Statement statement = TRY(database.prepare(sql));
        TRY_VOID(statement.bind(account.value).run());
    }
    return {};
}

}  // namespace shopcast::shop
