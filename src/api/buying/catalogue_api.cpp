#include "api/buying/catalogue_api.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "api/frame/input.hpp"
#include "api/frame/replies.hpp"
#include "api/shop/product_json.hpp"

namespace shopcast::api {
namespace {

namespace json = boost::json;
using async::Task;
using shop::Product;

constexpr std::array<std::string_view, 4> sort_words{"newest", "price_asc", "price_desc", "name"};

/// Queries that mean the same are one.
std::string key_of(const shop::ProductFilter& filter) {
    return fmt::format("products {} {} {} {} {} {}", filter.shop, filter.category,
                       static_cast<int>(filter.order), filter.behind.value, filter.count_max,
                       filter.words);
}

using Told = SharedAnswers::Told;

Checked<Told> render_categories(store::Database& database, const std::string& shop) {
    json::array list;
    for (const shop::Category& one : TRY(shop::list_categories(database, shop))) {
        list.push_back({{"id", one.id}, {"name", both_of(one.name)}, {"products", one.products}});
    }
    return Told{json::serialize(json::object{{"categories", std::move(list)}}), shop};
}

Checked<Told> render_list(store::Database& database, const shop::ProductFilter& filter) {
    std::vector<Product> found = TRY(shop::list_products(database, filter));
    const auto next = next_product(found, filter.count_max - 1);
    json::array cards;
    for (const Product& product : found) cards.emplace_back(card_of(product));
    return Told{json::serialize(
                    json::object{{"products", std::move(cards)}, {"next_cursor", cursor_to(next)}}),
                filter.shop};
}

Checked<Told> render_product(store::Database& database, shop::ProductId id,
                             const shop::Rules& rules) {
    const auto found = TRY(shop::find_product(database, id));
    if (!found || found->hidden) {
        return std::unexpected(not_found("product", std::to_string(id.value)));
    }
    return Told{json::serialize(page_of(*found, rules)), found->shop};
}

}  // namespace

Checked<shop::ProductFilter> product_filter_of(const Call& call, std::string shop) {
    const Page page = TRY(page_of(call.request));
    const std::string sort = call.request.query("sort").value_or("newest");
    const auto* const order = std::ranges::find(sort_words, sort);
    if (order == sort_words.end()) {
        return Input::wrong("sort", "\"sort\" is newest, price_asc, price_desc or name.");
    }
    return shop::ProductFilter{.shop = std::move(shop),
                               .category = call.request.query("category").value_or(""),
                               .words = call.request.query("q").value_or(""),
                               .order = static_cast<shop::ProductOrder>(order - sort_words.begin()),
                               .behind = shop::ProductId(TRY(number_in_cursor(page.cursor))),
                               .count_max = page.limit + 1};
}

std::optional<std::string> next_product(std::vector<Product>& products, std::size_t limit) {
    if (products.size() <= limit) return std::nullopt;
    products.resize(limit);
    return std::to_string(products.back().id.value);
}

Task<Reply> CatalogueApi::categories(Call& call) {
    CO_TRY(std::string shop, shop_of(sources_, call));
    std::string key = "categories " + shop;
    co_return co_await sources_.catalogue.get(call, std::move(key),
                                              [shop = std::move(shop)](store::Database& database) {
                                                  return render_categories(database, shop);
                                              });
}

Task<Reply> CatalogueApi::list(Call& call) {
    CO_TRY(std::string shop, shop_of(sources_, call));
    CO_TRY(shop::ProductFilter filter, product_filter_of(call, std::move(shop)));
    std::string key = key_of(filter);
    co_return co_await sources_.catalogue.get(
        call, std::move(key), [filter = std::move(filter)](store::Database& database) {
            return render_list(database, filter);
        });
}

Task<Reply> CatalogueApi::one(Call& call) {
    const shop::ProductId id(number_of(call, "product"));
    if (id.value == 0) {
        co_return std::unexpected(not_found("product", call.request.param("product")));
    }
    co_return co_await sources_.catalogue.get(
        call, "product " + std::to_string(id.value),
        [id, &rules = sources_.rules()](store::Database& database) {
            return render_product(database, id, rules);
        });
}

Reply CatalogueApi::stock(Call& call) const {
    auto response = stock_.of(call.param("shop"));
    if (!response) return std::unexpected(not_found("shop", call.request.param("shop")));
    return *std::move(response);
}

void CatalogueApi::add_routes(ApiRoutes& routes) {
    constexpr RouteTraits shared{.is_public = true};
    routes.get(
        "/api/v1/categories", Needs::nobody(), [this](Call& call) { return categories(call); },
        shared);
    routes.get(
        "/api/v1/products", Needs::nobody(), [this](Call& call) { return list(call); }, shared);
    routes.get(
        "/api/v1/products/:product", Needs::nobody(), [this](Call& call) { return one(call); },
        shared);
    routes.get(
        "/api/v1/shops/:shop/stock", Needs::nobody(),
        [this](Call& call) -> Reply { return stock(call); }, shared);
}

}  // namespace shopcast::api
