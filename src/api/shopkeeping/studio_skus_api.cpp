#include "api/shopkeeping/studio_skus_api.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>

#include "api/frame/replies.hpp"
#include "api/limits.hpp"
#include "api/shop/product_json.hpp"
#include "base/limits.hpp"
#include "shop/catalogue/shelf_rows.hpp"
#include "shop/limits.hpp"

namespace shopcast::api {
namespace {

namespace json = boost::json;
using async::Task;
using people::Action;
using shop::Product;
using Where = Needs::Where;

const shop::Option* option_of(const Product& product, shop::SkuId id) {
    const auto found =
        std::ranges::find(product.options, id, [](const shop::Option& one) { return one.sku.id; });
    return found == product.options.end() ? nullptr : &*found;
}

std::string sku_target(shop::SkuId sku) {
    return "sku/" + std::to_string(sku.value);
}

Problem no_such_sku(const Call& call) {
    return not_found("sku", call.request.param("sku"));
}

struct StockPage {
    shop::Counters stock;
    std::vector<shop::StockMove> moves;
};

Result<StockPage> read_stock(store::Database& database, shop::SkuId sku, std::int64_t behind,
                             std::size_t count) {
    const auto found = TRY(shop::find_sku(database, sku));
    if (!found) return fail(Errc::NotFound, "no such sku");
    return StockPage{found->stock,
                     TRY(shop::list_moves(database, shop::PoolId::of(sku), behind, count))};
}

json::object stock_of(shop::SkuId sku, const StockPage& page,
                      const std::optional<std::string>& next) {
    json::array moves;
    for (const shop::StockMove& move : page.moves) {
        moves.push_back(
            {{"number", move.number},
             {"on_hand", move.on_hand},
             {"sold", move.sold},
             {"reason", to_string(move.reason)},
             {"subject", move.subject != 0 ? json::value(move.subject) : json::value(nullptr)},
             {"at", to_rfc3339(move.at)}});
    }
    return {{"sku", sku.value},
            {"on_hand", page.stock.on_hand},
            {"available", page.stock.available()},
            {"held", page.stock.held},
            {"sold", page.stock.sold},
            {"moves", std::move(moves)},
            {"next_cursor", cursor_to(next)}};
}

}  // namespace

Checked<shop::Option> option_in(Input& in, shop::Option option) {
    const bool is_new = option.sku.id.value == 0;
    if (in.has("option")) {
        option.name = TRY(both_if_any(in, "option", limits::option_name_bytes_max));
    }
    const auto price = in.number("price");
    if (is_new && !price) return Input::wrong("price", "\"price\" is missing.");
    option.sku.price.minor = price.value_or(option.sku.price.minor);
    const std::int64_t tax_percent = in.number("tax_percent").value_or(option.sku.tax_percent);
    option.sku.per_order_max = in.number("per_order_max").value_or(option.sku.per_order_max);
    option.sku.on_sale = in.flag("on_sale").value_or(option.sku.on_sale);
    TRY_VOID(in.check());
    const std::int64_t minor = option.sku.price.minor;
    if (minor < 0 || minor > limits::price_minor_max) {
        return Input::wrong("price", "\"price\" is a number of minor units from 0 on.");
    }
    if (tax_percent < 0 || tax_percent > 100) {
        return Input::wrong("tax_percent", "\"tax_percent\" is a number from 0 to 100.");
    }
    option.sku.tax_percent = static_cast<int>(tax_percent);
    if (option.sku.per_order_max < 0 ||
        option.sku.per_order_max > limits::order_line_quantity_max) {
        return Input::wrong("per_order_max", "\"per_order_max\" is a number from 0 to 999.");
    }
    return option;
}

Checked<std::int64_t> units_in(Input& in) {
    const std::int64_t units = in.number("stock").value_or(0);
    TRY_VOID(in.check());
    if (units < 0 || units > limits::stock_units_max) {
        return Input::wrong(
            "stock", fmt::format("\"stock\" is a number from 0 to {}.", limits::stock_units_max));
    }
    return units;
}

Task<Checked<Product>> find_product(const ShopSources& sources, Call& call, shop::ProductId id) {
    using Found = std::optional<Product>;
    auto query = [id](store::Database& database) { return shop::find_product(database, id); };
    CO_TRY(Found found,
           co_await sources.readers.read<Found>(call.loop(), call.own_read(), std::move(query)));
    if (!found || found->shop != call.request.param("shop")) {
        co_return std::unexpected(not_found("product", call.request.param("product")));
    }
    co_return *std::move(found);
}

Task<Checked<shop::SkuId>> make_sku(const ShopSources& sources, Call& call, const Product& product,
                                    shop::Option option, std::int64_t units) {
    option.sku.shop = product.shop;
    option.sku.name = to_sku_name(product.name, option.name);
    option.sku.price.currency = sources.currency();
    shop::PutSku put{option.sku};
    shop::Command making{.what = std::move(put)};
    making.deed = deed_of(call, "sku.create", "sku/");
    CO_TRY(const shop::Decided made, co_await decide(sources, call, std::move(making)));
    const shop::SkuId sku(made.receipt.number);
    store::Writer::Work work = [id = product.id, sku,
                                name = option.name](store::Database& database) {
        return shop::put_option(database, id, sku, name);
    };
    CO_CHECK(co_await change_catalogue(sources, call, std::move(work)));
    if (units > 0) {
        const shop::MoveStock move{sku, units, shop::MoveReason::Received};
        shop::Command receiving{.what = move};
        DeedDetail detail;
        detail.emplace_back("units", std::to_string(units));
        receiving.deed = deed_of(call, "stock.received", sku_target(sku), std::move(detail));
        CO_CHECK(co_await decide(sources, call, std::move(receiving)));
    }
    co_return sku;
}

Task<Checked<Product>> StudioSkusApi::find(Call& call) {
    using Found = std::optional<shop::ProductId>;
    auto query = [sku = shop::SkuId(number_of(call, "sku"))](store::Database& database) {
        return shop::product_of(database, sku);
    };
    CO_TRY(const Found id,
           co_await sources_.readers.read<Found>(call.loop(), call.own_read(), std::move(query)));
    if (!id) co_return std::unexpected(no_such_sku(call));
    auto product = co_await find_product(sources_, call, *id);
    if (!product) co_return std::unexpected(no_such_sku(call));
    co_return *std::move(product);
}

Task<Reply> StudioSkusApi::add(Call& call) {
    const shop::ProductId id(number_of(call, "product"));
    CO_TRY(const Product product, co_await find_product(sources_, call, id));
    if (product.options.size() >= limits::product_options_max) {
        co_return problem(409, "limit_reached", "A product has at most 60 skus.");
    }
    CO_TRY(Input in, Input::of(call.request));
    CO_TRY(shop::Option option, option_in(in, shop::Option{}));
    CO_TRY(const std::int64_t units, units_in(in));
    CO_TRY(const shop::SkuId sku,
           co_await make_sku(sources_, call, product, std::move(option), units));
    CO_TRY(const Product made, co_await find_product(sources_, call, id));
    co_return created_reply(
        studio_sku_of(id, *option_of(made, sku)),
        "/api/v1/shops/" + made.shop + "/skus/" + std::to_string(sku.value) + "/stock");
}

Task<Reply> StudioSkusApi::change(Call& call) {
    const shop::SkuId sku(number_of(call, "sku"));
    CO_TRY(const Product product, co_await find(call));
    CO_TRY(Input in, Input::of(call.request));
    CO_TRY(shop::Option option, option_in(in, *option_of(product, sku)));
    option.sku.name = to_sku_name(product.name, option.name);
    DeedDetail detail;
    detail.emplace_back("price", std::to_string(option.sku.price.minor));
    shop::PutSku put{option.sku};
    shop::Command command{.what = std::move(put)};
    command.deed = deed_of(call, "sku.change", sku_target(sku), std::move(detail));
    CO_CHECK(co_await decide(sources_, call, std::move(command)));
    store::Writer::Work work = [id = product.id, sku,
                                name = option.name](store::Database& database) {
        return shop::put_option(database, id, sku, name);
    };
    CO_CHECK(co_await change_catalogue(sources_, call, std::move(work)));
    CO_TRY(const Product made, co_await find_product(sources_, call, product.id));
    co_return json_reply(studio_sku_of(made.id, *option_of(made, sku)));
}

Task<Reply> StudioSkusApi::stock(Call& call) {
    CO_CHECK(co_await find(call));
    CO_TRY(const Page page, page_of(call.request));
    CO_TRY(const std::int64_t behind, number_in_cursor(page.cursor));
    const shop::SkuId sku(number_of(call, "sku"));
    auto query = [sku, behind, count = page.limit + 1](store::Database& database) {
        return read_stock(database, sku, behind, count);
    };
    CO_TRY(StockPage found, co_await sources_.readers.read<StockPage>(call.loop(), call.own_read(),
                                                                      std::move(query)));
    std::optional<std::string> next;
    if (found.moves.size() > page.limit) {
        found.moves.resize(page.limit);
        next = std::to_string(found.moves.back().number);
    }
    co_return json_reply(stock_of(sku, found, next));
}

Task<Reply> StudioSkusApi::move_stock(Call& call) {
    CO_CHECK(co_await find(call));
    CO_TRY(Input in, Input::of(call.request));
    const std::int64_t units = in.number("units").value_or(0);
    const std::string reason = in.text("reason");
    CO_CHECK(in.check());
    if (reason != "received" && reason != "corrected") {
        co_return Input::wrong("reason", "\"reason\" is \"received\" or \"corrected\".");
    }
    const bool is_received = reason == "received";
    if (units == 0 || (is_received && units < 0)) {
        co_return Input::wrong("units", "\"units\" is a number other than 0; received: above 0.");
    }
    const shop::SkuId sku(number_of(call, "sku"));
    const auto why = is_received ? shop::MoveReason::Received : shop::MoveReason::Corrected;
    const shop::MoveStock move{sku, units, why};
    DeedDetail detail;
    detail.emplace_back("units", std::to_string(units));
    shop::Command command{.what = move};
    command.deed = deed_of(call, "stock." + reason, sku_target(sku), std::move(detail));
    CO_CHECK(co_await decide(sources_, call, std::move(command)));
    auto query = [sku](store::Database& database) {
        return read_stock(database, sku, 0, limits::api_page_items_usual);
    };
    CO_TRY(const StockPage found, co_await sources_.readers.read<StockPage>(
                                      call.loop(), call.own_read(), std::move(query)));
    co_return created_reply(stock_of(sku, found, std::nullopt), call.request.path());
}

void StudioSkusApi::add_routes(ApiRoutes& routes) {
    constexpr RouteTraits small{.body_bytes_max = 4 * limits::KiB};
    constexpr RouteTraits creating{.body_bytes_max = 4 * limits::KiB, .creates = true};
    const auto read = Needs::read(Action::ManageCatalogue, Where::Shop);
    const auto write = Needs::write(Action::ManageCatalogue, Where::Shop);
    routes.post(
        "/api/v1/shops/:shop/products/:product/skus", write,
        [this](Call& call) { return add(call); }, creating);
    routes.patch(
        "/api/v1/shops/:shop/skus/:sku", write, [this](Call& call) { return change(call); }, small);
    routes.get("/api/v1/shops/:shop/skus/:sku/stock", read,
               [this](Call& call) { return stock(call); });
    routes.post(
        "/api/v1/shops/:shop/skus/:sku/stock", write,
        [this](Call& call) { return move_stock(call); }, creating);
}

}  // namespace shopcast::api
