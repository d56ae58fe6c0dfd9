#include "api/shop/order_json.hpp"

#include <boost/json.hpp>

#include <array>

#include "api/frame/replies.hpp"
#include "api/shop/product_json.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "shop/selling.hpp"

namespace shopcast::api {

namespace json = boost::json;

namespace {

constexpr int line_width = 160;

constexpr std::array<std::string_view, 4> stage_words{"ordered", "preparing", "shipped",
                                                      "delivered"};

std::string_view word_of(shop::Stage stage) {
    return stage_words[static_cast<std::size_t>(stage)];
}

json::value deal_or_null(const shop::OrderLine& line) {
    if (line.pool == shop::PoolId::of(line.sku)) return nullptr;
    return json::value(line.pool.value);
}

json::value product_or_null(const shop::SkuPage& page) {
    if (page.product.value == 0) return nullptr;
    return json::value(page.product.value);
}

json::array lines_of(const shop::OrderPage& page) {
    json::array lines;
    std::int64_t number = 0;
    for (const shop::OrderLine& line : page.order.lines) {
        const shop::SkuPage& of = page.pages.at(line.sku);
        lines.push_back({{"line", number++},
                         {"sku", line.sku.value},
                         {"deal", deal_or_null(line)},
                         {"name", both_of(shop::from_sku_name(line.name))},
                         {"product", product_or_null(of)},
                         {"picture", picture_url(of.picture, line_width)},
                         {"quantity", line.quantity},
                         {"unit_price", line.unit_price.minor},
                         {"discount", line.discount_minor},
                         {"total", line.gross_minor()},
                         {"tax_percent", line.tax_percent},
                         {"tax", line.tax_minor},
                         {"refunded_units", line.refunded_units}});
    }
    return lines;
}

bool can_cancel(const shop::Order& order) {
    using enum shop::OrderState;
    const bool is_paid =
        order.state == Paid || order.state == Preparing || order.state == PartRefunded;
    return order.state == PendingPayment || (is_paid && order.stage < shop::Stage::Shipped);
}

}  // namespace

std::string_view next_of(const shop::Order& order, const ShopSources& sources) {
    using enum shop::PaymentState;
    // Where money is on its way back there is something to wait for as well.
    if (order.state == shop::OrderState::RefundPending) return "wait";
    if (order.state != shop::OrderState::PendingPayment) return "none";
    const shop::Payment& payment = order.payment;
    const bool is_open = payment.state == RequiresAction || payment.state == Failed;
    const bool in_page = sources.selling.stripe() != nullptr && !payment.provider_ref.empty();
    return is_open && in_page ? "confirm" : "wait";
}

json::object order_summary_of(const shop::OrderSummary& order) {
    return {{"id", order.id.value},
            {"shop", order.shop},
            {"state", to_string(order.state)},
            {"stage", word_of(order.stage)},
            {"currency", to_string(order.total.currency)},
            {"total", order.total.minor},
            {"refunded", order.refunded_minor},
            {"placed_at", to_rfc3339(order.placed_at)},
            {"pay_by", to_rfc3339(order.pay_by)},
            {"units", order.units},
            {"first_line",
             {{"name", both_of(shop::from_sku_name(order.first_name))},
              {"picture", picture_url(order.first_page.picture, line_width)}}}};
}

json::object order_of(const shop::OrderPage& page, const ShopSources& sources) {
    const shop::Order& order = page.order;
    std::int64_t subtotal = 0;
    for (const shop::OrderLine& line : order.lines) {
        subtotal += line.unit_price.minor * line.quantity;
    }
    json::array history;
    for (const shop::OrderEvent& event : page.history) {
        history.push_back({{"state", to_string(event.state)},
                           {"at", to_rfc3339(event.at)},
                           {"note", event.note}});
    }
    const auto address = parse_object(order.ship_to);
    return {{"id", order.id.value},
            {"sequence", order.id.value},
            {"shop", order.shop},
            {"state", to_string(order.state)},
            {"stage", word_of(order.stage)},
            {"currency", to_string(order.currency)},
            {"subtotal", subtotal},
            {"discount", order.discount_minor},
            {"shipping", order.shipping_minor},
            {"tax", order.tax_minor},
            {"total", order.total_minor},
            {"refunded", order.payment.refunded_minor},
            {"coupon", text_or_null(page.coupon)},
            {"placed_at", to_rfc3339(order.placed_at)},
            {"pay_by", to_rfc3339(order.pay_by)},
            {"server_time", to_rfc3339(sources.clock.wall())},
            {"address", address ? json::value(*address) : json::value(nullptr)},
            {"lines", lines_of(page)},
            {"payment",
             {{"provider", to_string(sources.selling.settings().payments)},
              {"state", to_string(order.payment.state)},
              {"next", next_of(order, sources)}}},
            {"history", std::move(history)},
            {"can_cancel", can_cancel(order)}};
}

json::array refunds_of(const shop::OrderPage& page) {
    json::array refunds;
    for (const shop::Refund& refund : page.refunds) {
        refunds.push_back({{"id", refund.id.value},
                           {"amount", refund.minor},
                           {"state", to_lower(to_string(refund.state))},
                           {"at", to_rfc3339(refund.made_at)}});
    }
    return refunds;
}

}  // namespace shopcast::api
