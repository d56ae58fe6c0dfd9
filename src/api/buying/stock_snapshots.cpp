#include "api/buying/stock_snapshots.hpp"

#include <boost/json.hpp>

#include "async/loop.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "shop/catalogue/shelf.hpp"

namespace shopcast::api {
namespace {

namespace json = boost::json;
using shop::Shelf;
using shop::StockState;

struct Shelves {
    std::map<std::string, Shelf> by_shop;
    std::int64_t epoch = 0;
};

Result<Shelves> read_all(store::Database& database) {
    Shelves shelves;
    store::Statement epoch = TRY(database.prepare("SELECT epoch FROM allocator"));
    TRY_VOID(epoch.step());
    shelves.epoch = epoch.integer(0);
    shelves.by_shop = TRY(shop::read_shelves(database));
    return shelves;
}

json::value left_if_low(StockState state, const shop::Counters& stock) {
    return state == StockState::Low ? json::value(stock.available()) : json::value(nullptr);
}

json::object deal_of(const shop::ShelfDeal& one) {
    const shop::Deal& deal = one.deal;
    const bool is_running = deal.state == shop::DealState::Running;
    return {{"id", deal.id.value},
            {"sku", deal.sku.value},
            {"state", to_lower(to_string(deal.state))},
            {"price", deal.price.minor},
            {"was", one.was.minor},
            {"quantity", deal.quantity},
            {"left", is_running ? one.stock.available() : deal.quantity},
            {"stock", is_running ? to_string(state_of(one.stock)) : "available"},
            {"per_account_max", deal.per_account_max},
            {"starts_at", to_rfc3339(deal.starts_at)},
            {"ends_at", to_rfc3339(deal.ends_at)}};
}

std::string text_of(const std::string& shop, const Shelf& shelf, std::int64_t version,
                    shop::Currency currency) {
    json::array skus;
    for (const shop::ShelfSku& one : shelf.skus) {
        const StockState state = one.state();
        const shop::ShelfDeal* deal = shelf.running_deal(one.sku.id);
        skus.push_back(
            {{"sku", one.sku.id.value},
             {"state", to_string(state)},
             {"left", left_if_low(state, one.stock)},
             {"price", one.sku.price.minor},
             {"deal", deal != nullptr ? json::value(deal->deal.id.value) : json::value(nullptr)}});
    }
    json::array deals;
    for (const shop::ShelfDeal& one : shelf.deals) deals.emplace_back(deal_of(one));
    return json::serialize(json::object{{"shop", shop},
                                        {"version", version},
                                        {"currency", to_string(currency)},
                                        {"skus", std::move(skus)},
                                        {"deals", std::move(deals)}});
}

}  // namespace

async::Task<Result<void>> StockSnapshots::render(async::Loop& loop) {
    // Before the reading: what changes meanwhile is read again.
    const std::uint64_t changes = sources_.selling.desk().board().changes();
    auto query = [](store::Database& database) { return read_all(database); };
    CO_TRY(const Shelves shelves, co_await sources_.readers.read<Shelves>(loop, std::move(query)));
    // Grows over restarts as well.
    const std::int64_t version =
        (shelves.epoch << 32) + static_cast<std::int64_t>(changes & 0xFFFFFFFFU);
    auto all = std::make_shared<All>();
    for (const auto& [shop, shelf] : shelves.by_shop) {
        Rendered& one = (*all)[shop];
        one.body = Bytes(text_of(shop, shelf, version, sources_.currency()));
        one.block = http::HeaderBlock::make(
            {{"Content-Type", "application/json"}, {"Cache-Control", "public, max-age=1"}},
            http::strong_etag(one.body));
    }
    seen_ = changes;
    const Lock lock(mutex_);
    all_ = std::move(all);
    co_return Result<void>{};
}

async::Task<void> StockSnapshots::keep_rendered(async::Loop& loop) {
    while (!loop.is_stopping()) {
        if (sources_.selling.desk().board().changes() != seen_) {
            const auto done = co_await render(loop);
            if (!done) log::warning("stock.not_rendered", {{"reason", done.error().message}});
        }
        co_await loop.sleep_for(limits::stock_snapshot_every);
    }
}

std::optional<http::Response> StockSnapshots::of(const std::string& shop) const {
    std::shared_ptr<const All> all;
    {
        const Lock lock(mutex_);
        all = all_;
    }
    if (!all) return std::nullopt;
    const auto found = all->find(shop);
    if (found == all->end()) return std::nullopt;
    return http::Response::bytes(found->second.block, found->second.body);
}

}  // namespace shopcast::api
