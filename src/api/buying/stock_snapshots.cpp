#include "api/buying/stock_snapshots.hpp"

#include <boost/json.hpp>

#include "api/limits.hpp"
#include "async/loop.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "shop/core/stock_shelves.hpp"

namespace shopcast::api {
namespace {

namespace json = boost::json;
using shop::Shelf;
using shop::StockState;

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

StockSnapshots::Rendered StockSnapshots::rendered(const std::string& shop,
                                                  const shop::StockShelves::Shown& shown,
                                                  shop::Currency currency) {
    Rendered one;
    one.body = Bytes(text_of(shop, shown.shelf, shown.version, currency));
    one.block = http::HeaderBlock::make(
        {{"Content-Type", "application/json"}, {"Cache-Control", "public, max-age=1"}},
        http::strong_etag(one.body));
    return one;
}

async::Task<Result<void>> StockSnapshots::render(async::Loop& loop) {
    const shop::StockShelves& shelves = sources_.selling.desk().shelves();
    // Before the looking: what changes meanwhile is looked at again.
    const std::uint64_t changes = shelves.changes();
    for (const std::string& name : shelves.changed_since(seen_)) {
        // No reading, but work that an io thread has no time for.
        auto work = [&shelves, name, currency = sources_.currency()](store::Database&) {
            const auto shown = shelves.look(name);
            return Result<Rendered>(shown ? rendered(name, *shown, currency) : Rendered{});
        };
        CO_TRY(Rendered one, co_await sources_.readers.read<Rendered>(
                                 loop, store::ReadFor::server(), std::move(work)));
        const Lock lock(mutex_);
        all_[name] = std::move(one);
    }
    seen_ = changes;
    co_return Result<void>{};
}

async::Task<void> StockSnapshots::keep_rendered(async::Loop& loop) {
    while (!loop.is_stopping()) {
        if (sources_.selling.desk().shelves().changes() != seen_) {
            const auto done = co_await render(loop);
            if (!done) log::warning("stock.not_rendered", {{"reason", done.error().message}});
        }
        co_await loop.sleep_for(limits::stock_snapshot_every);
    }
}

std::optional<http::Response> StockSnapshots::of(const std::string& shop) const {
    const Lock lock(mutex_);
    const auto found = all_.find(shop);
    if (found == all_.end() || !found->second.block) return std::nullopt;
    return http::Response::bytes(found->second.block, found->second.body);
}

}  // namespace shopcast::api
