#include "api/shop/product_json.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace shopcast::api {

namespace json = boost::json;

namespace {

constexpr int card_width = 480;

bool is_sold_here(const shop::Option& option) {
    return option.sku.on_sale;
}

/// What cards, pages and the studio tell alike.
json::object head_of(const shop::Product& product) {
    const std::string picture = product.pictures.empty() ? "" : product.pictures.front().id;
    json::object out{{"id", product.id.value},
                     {"shop", product.shop},
                     {"category", product.category},
                     {"name", both_of(product.name)},
                     {"picture", picture_url(picture, card_width)},
                     {"currency", to_string(shop::Currency::Krw)},
                     {"price_min", 0},
                     {"price_max", 0}};
    bool is_first = true;
    for (const shop::Option& option : product.options) {
        if (!is_sold_here(option)) continue;
        const std::int64_t price = option.sku.price.minor;
        const std::int64_t least = out["price_min"].as_int64();
        const std::int64_t most = out["price_max"].as_int64();
        out["currency"] = to_string(option.sku.price.currency);
        out["price_min"] = is_first ? price : std::min(least, price);
        out["price_max"] = is_first ? price : std::max(most, price);
        is_first = false;
    }
    return out;
}

void add_texts(json::object& out, const shop::Product& product) {
    out["description"] = both_of(product.description);
    out["option_name"] = both_or_null(product.option_name);
    json::array pictures;
    for (const shop::PictureRef& picture : product.pictures) {
        pictures.push_back({{"id", picture.id},
                            {"url", picture_url(picture.id, card_width)},
                            {"width", picture.width},
                            {"height", picture.height}});
    }
    out["pictures"] = std::move(pictures);
}

json::array ids_of(const shop::Product& product) {
    json::array ids;
    for (const shop::Option& option : product.options) {
        if (is_sold_here(option)) ids.emplace_back(option.sku.id.value);
    }
    return ids;
}

}  // namespace

json::object both_of(const shop::Bilingual& text) {
    return {{"ko", text.ko}, {"en", text.en}};
}

json::value both_or_null(const shop::Bilingual& text) {
    if (text.empty()) return nullptr;
    return both_of(text);
}

json::value picture_url(const std::string& id, int width) {
    if (id.empty()) return nullptr;
    return json::value(fmt::format("/api/v1/pictures/{}/{}.jpg", id, width));
}

json::object card_of(const shop::Product& product) {
    json::object out = head_of(product);
    out["skus"] = ids_of(product);
    return out;
}

json::object page_of(const shop::Product& product, const shop::Rules& rules) {
    json::object out = card_of(product);
    add_texts(out, product);
    json::array options;
    for (const shop::Option& option : product.options) {
        if (!is_sold_here(option)) continue;
        options.push_back({{"sku", option.sku.id.value},
                           {"name", both_or_null(option.name)},
                           {"price", option.sku.price.minor},
                           {"tax_percent", option.sku.tax_percent},
                           {"per_order_max", shop::units_max_of(option.sku, rules)},
                           {"on_sale", true}});
    }
    out["options"] = std::move(options);
    return out;
}

json::object studio_product_of(const shop::Product& product) {
    json::object out = head_of(product);
    add_texts(out, product);
    out["hidden"] = product.hidden;
    out["created_at"] = to_rfc3339(product.created_at);
    out["changed_at"] = to_rfc3339(product.changed_at);
    json::array skus;
    for (const shop::Option& option : product.options) {
        skus.emplace_back(studio_sku_of(product.id, option));
    }
    out["skus"] = std::move(skus);
    return out;
}

json::object studio_sku_of(shop::ProductId product, const shop::Option& option) {
    return {{"sku", option.sku.id.value},
            {"product", product.value},
            {"option", both_or_null(option.name)},
            {"price", option.sku.price.minor},
            {"currency", to_string(option.sku.price.currency)},
            {"tax_percent", option.sku.tax_percent},
            {"per_order_max", option.sku.per_order_max},
            {"on_sale", option.sku.on_sale},
            {"on_hand", option.stock.on_hand},
            {"available", option.stock.available()},
            {"held", option.stock.held},
            {"sold", option.stock.sold}};
}

json::object studio_deal_of(const shop::ShelfDeal& one) {
    const shop::Deal& deal = one.deal;
    const bool is_running = deal.state == shop::DealState::Running;
    return {{"id", deal.id.value},
            {"sku", deal.sku.value},
            {"name", both_of(shop::from_sku_name(one.sku_name))},
            {"price", deal.price.minor},
            {"was", one.was.minor},
            {"currency", to_string(deal.price.currency)},
            {"quantity", deal.quantity},
            {"per_account_max", deal.per_account_max},
            {"starts_at", to_rfc3339(deal.starts_at)},
            {"ends_at", to_rfc3339(deal.ends_at)},
            {"state", to_lower(to_string(deal.state))},
            {"left", is_running ? one.stock.available() : 0},
            {"held", one.stock.held},
            {"sold", one.stock.sold}};
}

json::object coupon_of(const shop::ShelfCoupon& one) {
    const shop::Coupon& coupon = one.coupon;
    const auto or_null = [](std::int64_t number) {
        return number > 0 ? json::value(number) : json::value(nullptr);
    };
    return {{"id", coupon.id.value},
            {"code", coupon.code},
            {"percent_off", or_null(coupon.percent_off)},
            {"minor_off", or_null(coupon.minor_off)},
            {"minimum", coupon.minimum_minor},
            {"quota", one.quota.on_hand},
            {"used", one.quota.held + one.quota.sold},
            {"per_account_max", coupon.per_account_max},
            {"ends_at", to_rfc3339(coupon.ends_at)}};
}

Checked<shop::Bilingual> both_in(Input& in, std::string_view field, std::size_t bytes_max,
                                 Lines lines) {
    auto both = in.object(field);
    if (!both) return Input::wrong(field, fmt::format("\"{}\" is {{\"ko\", \"en\"}}.", field));
    std::string ko(trim(both->text("ko")));
    std::string en(trim(both->text("en")));
    const auto is_right = [&](const std::string& one) {
        return !one.empty() && one.size() <= bytes_max &&
               (lines == Lines::Many || !one.contains('\n'));
    };
    if (both->check() && is_right(ko) && is_right(en)) {
        return shop::Bilingual{std::move(ko), std::move(en)};
    }
    return Input::wrong(field, fmt::format("\"{}\" needs both languages, each of at most {} bytes.",
                                           field, bytes_max));
}

Checked<shop::Bilingual> both_if_any(Input& in, std::string_view field, std::size_t bytes_max) {
    if (!in.object(field)) return shop::Bilingual{};
    return both_in(in, field, bytes_max);
}

}  // namespace shopcast::api
