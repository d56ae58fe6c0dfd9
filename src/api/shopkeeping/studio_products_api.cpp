#include "api/shopkeeping/studio_products_api.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>

#include "api/buying/catalogue_api.hpp"
#include "api/frame/replies.hpp"
#include "api/limits.hpp"
#include "api/shop/product_json.hpp"
#include "api/shopkeeping/studio_skus_api.hpp"
#include "audit/deed.hpp"
#include "base/limits.hpp"

namespace shopcast::api {
namespace {

namespace json = boost::json;
using async::Task;
using people::Action;
using shop::Product;
using Where = Needs::Where;

std::string version_of(const Product& product) {
    return std::to_string(product.version);
}

bool is_category_id(std::string_view id) {
    return !id.empty() && id.size() <= 40 && std::ranges::all_of(id, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

Problem problem_of(const Error& error) {
    Problem why(error);
    if (error.code == Errc::NotFound) {
        why.status = 400;
        const bool is_picture = error.message.find("picture") != std::string::npos;
        why.code = is_picture ? "invalid_pictures" : "invalid_category";
        why.field = is_picture ? "pictures" : "category";
    } else if (error.code == Errc::Conflict) {
        const bool is_version = error.message.find("since it was read") != std::string::npos;
        why.status = is_version ? 412 : 409;
        why.code = is_version ? "changed_meanwhile" : "limit_reached";
    }
    return why;
}

/// What a body says of a product, over what is known of it; `is_new`: all that it needs.
Checked<Product> product_in(Input& in, Product product, bool is_new) {
    if (is_new || in.has("name")) {
        product.name = TRY(both_in(in, "name", limits::product_name_bytes_max));
    }
    if (is_new || in.has("description")) {
        product.description =
            TRY(both_in(in, "description", limits::product_description_bytes_max, Lines::Many));
    }
    if (in.has("option_name")) {
        product.option_name = TRY(both_if_any(in, "option_name", limits::option_name_bytes_max));
    }
    if (is_new || in.has("category")) product.category = in.required_text("category");
    product.hidden = in.flag("hidden").value_or(product.hidden);
    if (in.has("pictures")) {
        product.pictures.clear();
        for (std::string& id : in.texts("pictures")) product.pictures.push_back({std::move(id)});
        if (product.pictures.size() > limits::product_pictures_max) {
            return Input::wrong("pictures", "A product has at most 12 pictures.");
        }
    }
    TRY_VOID(in.check());
    return product;
}

}  // namespace

Task<Checked<shop::ProductId>> StudioProductsApi::put(Call& call, Product product,
                                                      audit::Deed deed) {
    auto id = std::make_shared<shop::ProductId>();
    store::Writer::Work work =
        [product = std::move(product), deed = std::move(deed), id,
         now = sources_.clock.wall()](store::Database& database) mutable -> Result<void> {
        *id = TRY(shop::put_product(database, product, now));
        deed.target += std::to_string(id->value);
        return audit::record(database, deed, now);
    };
    const auto done = co_await change_catalogue(sources_, call, std::move(work));
    if (!done) co_return std::unexpected(problem_of(done.error()));
    co_return *id;
}

Task<Checked<void>> StudioProductsApi::rename_skus(Call& call, const Product& product) {
    for (const shop::Option& option : product.options) {
        shop::PutSku renamed{option.sku};
        renamed.sku.name = to_sku_name(product.name, option.name);
        if (renamed.sku.name == option.sku.name) continue;
        audit::Deed deed =
            deed_of(call, "sku.rename", "sku/" + std::to_string(renamed.sku.id.value));
        shop::Command command{.what = std::move(renamed)};
        command.deed = std::move(deed);
        CO_CHECK(co_await decide(sources_, call, std::move(command)));
    }
    co_return Checked<void>{};
}

Task<Reply> StudioProductsApi::put_category(Call& call) {
    CO_TRY(Input in, Input::of(call.request));
    shop::Category category{.id = call.param("category"), .name = {}};
    if (!is_category_id(category.id)) {
        co_return Input::wrong("category", "A category's id has a to z, 0 to 9 and -.");
    }
    CO_TRY(category.name, both_in(in, "name", limits::option_name_bytes_max));
    category.place = in.number("place").value_or(0);
    CO_CHECK(in.check());
    const json::object out{
        {"id", category.id}, {"name", both_of(category.name)}, {"place", category.place}};
    audit::Deed deed = deed_of(call, "category.put", "category/" + category.id);
    store::Writer::Work work =
        [category = std::move(category), shop = call.param("shop"), deed = std::move(deed),
         now = sources_.clock.wall()](store::Database& database) -> Result<void> {
        TRY_VOID(shop::put_category(database, shop, category));
        return audit::record(database, deed, now);
    };
    const auto done = co_await change_catalogue(sources_, call, std::move(work));
    if (!done) co_return std::unexpected(problem_of(done.error()));
    co_return json_reply(out);
}

Task<Reply> StudioProductsApi::list(Call& call) {
    CO_TRY(shop::ProductFilter filter, product_filter_of(call, call.param("shop")));
    filter.for_staff = true;
    const std::size_t limit = filter.count_max - 1;
    using Products = std::vector<Product>;
    auto query = [filter = std::move(filter)](store::Database& database) {
        return shop::list_products(database, filter);
    };
    CO_TRY(Products found, co_await sources_.readers.read<Products>(call.loop(), call.own_read(),
                                                                    std::move(query)));
    const auto next = next_product(found, limit);
    json::array list;
    for (const Product& product : found) list.emplace_back(studio_product_of(product));
    co_return json_reply(
        json::object{{"products", std::move(list)}, {"next_cursor", cursor_to(next)}});
}

Task<Reply> StudioProductsApi::create(Call& call) {
    CO_TRY(Input in, Input::of(call.request));
    Product blank{.shop = call.param("shop")};
    CO_TRY(Product product, product_in(in, std::move(blank), true));
    std::vector<std::pair<shop::Option, std::int64_t>> options;
    for (Input& each : in.objects("skus")) {
        CO_TRY(shop::Option option, option_in(each, shop::Option{}));
        CO_TRY(const std::int64_t units, units_in(each));
        options.emplace_back(std::move(option), units);
    }
    CO_CHECK(in.check());
    if (options.size() > limits::product_options_max) {
        co_return Input::wrong(
            "skus", fmt::format("A product has at most {} options.", limits::product_options_max));
    }
    audit::Deed deed = deed_of(call, "product.create", "product/");
    CO_TRY(const shop::ProductId id, co_await put(call, product, std::move(deed)));
    product.id = id;
    for (auto& [option, units] : options) {
        CO_CHECK(co_await make_sku(sources_, call, product, std::move(option), units));
    }
    CO_TRY(const Product made, co_await find_product(sources_, call, id));
    co_return created_reply(studio_product_of(made),
                            "/api/v1/shops/" + made.shop + "/products/" + std::to_string(id.value));
}

Task<Reply> StudioProductsApi::one(Call& call) {
    CO_TRY(const Product product,
           co_await find_product(sources_, call, shop::ProductId(number_of(call, "product"))));
    co_return object_reply(studio_product_of(product), version_of(product));
}

Task<Reply> StudioProductsApi::change(Call& call) {
    const shop::ProductId id(number_of(call, "product"));
    CO_TRY(Product known, co_await find_product(sources_, call, id));
    CO_CHECK(check_if_match(call.request, nullptr, version_of(known)));
    CO_TRY(Input in, Input::of(call.request));
    CO_TRY(const Product product, product_in(in, std::move(known), false));
    audit::Deed deed = deed_of(call, "product.change", "product/");
    CO_CHECK(co_await put(call, product, std::move(deed)));
    CO_CHECK(co_await rename_skus(call, product));
    CO_TRY(const Product made, co_await find_product(sources_, call, id));
    co_return object_reply(studio_product_of(made), version_of(made));
}

void StudioProductsApi::add_routes(ApiRoutes& routes) {
    constexpr RouteTraits large{.body_bytes_max = 64 * limits::KiB};
    constexpr RouteTraits creating{.body_bytes_max = 64 * limits::KiB, .creates = true};
    const auto read = Needs::read(Action::ManageCatalogue, Where::Shop);
    const auto write = Needs::write(Action::ManageCatalogue, Where::Shop);
    routes.put("/api/v1/shops/:shop/categories/:category", write,
               [this](Call& call) { return put_category(call); });
    routes.get("/api/v1/shops/:shop/products", read, [this](Call& call) { return list(call); });
    routes.post(
        "/api/v1/shops/:shop/products", write, [this](Call& call) { return create(call); },
        creating);
    routes.get("/api/v1/shops/:shop/products/:product", read,
               [this](Call& call) { return one(call); });
    routes.patch(
        "/api/v1/shops/:shop/products/:product", write, [this](Call& call) { return change(call); },
        large);
}

}  // namespace shopcast::api
