#include "api/buying/catalogue_api.hpp"

#include <boost/json.hpp>

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

/// Texts and prices change rarely; what must be right at once is asked of the desk.
constexpr std::string_view short_while = "public, max-age=5";

http::Response public_reply(const json::value& value) {
    http::Response response = object_reply(value);
    response.header("Cache-Control", short_while);
    return response;
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
    using Categories = std::vector<shop::Category>;
    auto query = [shop = shop_of(call)](store::Database& database) {
        return shop::list_categories(database, shop);
    };
    CO_TRY(const Categories found,
           co_await sources_.readers.read<Categories>(call.loop(), std::move(query)));
    json::array list;
    for (const shop::Category& one : found) {
        list.push_back({{"id", one.id}, {"name", both_of(one.name)}, {"products", one.products}});
    }
    co_return public_reply(json::object{{"categories", std::move(list)}});
}

Task<Reply> CatalogueApi::list(Call& call) {
    CO_TRY(shop::ProductFilter filter, product_filter_of(call, shop_of(call)));
    const std::size_t limit = filter.count_max - 1;
    auto query = [filter = std::move(filter)](store::Database& database) {
        return shop::list_products(database, filter);
    };
    CO_TRY(std::vector<Product> found,
           co_await sources_.readers.read<std::vector<Product>>(call.loop(), std::move(query)));
    const auto next = next_product(found, limit);
    json::array cards;
    for (const Product& product : found) cards.emplace_back(card_of(product));
    co_return public_reply(
        json::object{{"products", std::move(cards)}, {"next_cursor", cursor_to(next)}});
}

Task<Reply> CatalogueApi::one(Call& call) {
    const shop::ProductId id(number_of(call, "product"));
    auto query = [id](store::Database& database) { return shop::find_product(database, id); };
    CO_TRY(const std::optional<Product> found,
           co_await sources_.readers.read<std::optional<Product>>(call.loop(), std::move(query)));
    if (!found || found->hidden) {
        co_return std::unexpected(not_found("product", call.request.param("product")));
    }
    co_return public_reply(page_of(*found));
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
