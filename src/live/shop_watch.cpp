#include "live/shop_watch.hpp"

namespace shopcast::live {

void ShopWatch::began(const std::string& shop, const std::string& stream) {
    const Lock lock(mutex_);
    shop_of_stream_[stream] = shop;
}

void ShopWatch::ended(const std::string& stream) {
    const Lock lock(mutex_);
    shop_of_stream_.erase(stream);
}

std::vector<std::string> ShopWatch::streams_of(const std::string& shop) const {
    std::vector<std::string> out;
    const Lock lock(mutex_);
    for (const auto& [stream, its_shop] : shop_of_stream_) {
        if (its_shop == shop) out.push_back(stream);
    }
    return out;
}

Result<void> ShopWatch::append(store::Database& database, const shop::Batch& batch) {
    for (const shop::ChangedOrder& changed : batch.orders) {
        if (!changed.is_new) continue;
        for (const std::string& stream : streams_of(changed.order.shop)) {
            store::Statement insert = TRY(database.prepare(
                "INSERT INTO stream_order(stream, order_id, placed_at_ms) VALUES (?, ?, ?)"));
            insert.bind(stream).bind(changed.order.id.value);
            TRY_VOID(insert.bind(to_unix_ms(changed.order.placed_at)).run());
        }
    }
    return {};
}

store::Retention old_stream_orders(Milliseconds keep) {
    return store::older_rows(
        "orders of streams",
        "DELETE FROM stream_order WHERE (stream, order_id) IN (SELECT stream, order_id"
        " FROM stream_order WHERE placed_at_ms < ?1 LIMIT ?2)",
        keep);
}

}  // namespace shopcast::live
