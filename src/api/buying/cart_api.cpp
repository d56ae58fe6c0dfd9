#include "api/buying/cart_api.hpp"

#include <boost/json.hpp>

#include "api/frame/replies.hpp"
#include "api/shop/product_json.hpp"
#include "base/limits.hpp"
#include "shop/limits.hpp"
#include "shop/orders/order_pages.hpp"

namespace shopcast::api {
namespace {

namespace json = boost::json;
using async::Task;
using people::Action;
using Where = Needs::Where;

constexpr int line_width = 160;

struct CartPage {
    shop::Cart cart;
    std::vector<shop::SkuPage> pages;                                ///< Of its lines.
    std::vector<std::pair<shop::Bilingual, shop::Bilingual>> names;  ///< And their options'.
};

Result<CartPage> read_page(store::Database& database, const shop::CartOf& whose,
                           const shop::Rules& rules, WallTime now) {
    CartPage page{
        .cart = TRY(shop::read_cart(database, whose, rules, now)), .pages = {}, .names = {}};
    for (const shop::CartLine& line : page.cart.lines) {
        page.pages.push_back(TRY(shop::page_of(database, line.sku)));
        const shop::ProductId product = page.pages.back().product;
        const auto found = TRY(shop::find_product(database, product));
        auto& [name, option] =
            page.names.emplace_back(shop::from_sku_name(line.name), shop::Bilingual{});
        if (!found) continue;
        name = found->name;
        for (const shop::Option& one : found->options) {
            if (one.sku.id == line.sku) option = one.name;
        }
    }
    return page;
}

std::string version_of(const shop::Cart& cart) {
    return std::to_string(cart.version);
}

json::array lines_of(const CartPage& page) {
    json::array lines;
    for (std::size_t i = 0; i < page.cart.lines.size(); ++i) {
        const shop::CartLine& line = page.cart.lines[i];
        const shop::OrderLine& priced = page.cart.priced.lines[i];
        const shop::SkuPage& of = page.pages[i];
        json::array notes;
        for (const shop::CartNote note : line.notes) notes.emplace_back(to_string(note));
        const bool is_low = line.state == shop::StockState::Low;
        const bool has_product = of.product.value != 0;
        lines.push_back(
            {{"sku", line.sku.value},
             {"product", has_product ? json::value(of.product.value) : json::value(nullptr)},
             {"name", both_of(page.names[i].first)},
             {"option", both_or_null(page.names[i].second)},
             {"picture", picture_url(of.picture, line_width)},
             {"quantity", line.quantity},
             {"deal", line.deal.value != 0 ? json::value(line.deal.value) : json::value(nullptr)},
             {"unit_price", priced.unit_price.minor},
             {"list_price", line.list_price.minor},
             {"seen_price", line.seen_price_minor},
             {"line_total", priced.unit_price.minor * line.quantity},
             {"discount", priced.discount_minor},
             {"tax", priced.tax_minor},
             {"state", to_string(line.state)},
             {"left", is_low ? json::value(line.left) : json::value(nullptr)},
             {"notes", std::move(notes)}});
    }
    return lines;
}

json::value coupon_of_cart(const shop::Cart& cart) {
    if (cart.coupon.empty()) return nullptr;
    json::object out{{"code", cart.coupon},
                     {"state", to_string(cart.coupon_state)},
                     {"discount", cart.priced.discount_minor}};
    if (cart.coupon_state == shop::CouponState::BelowMinimum) {
        out["minimum"] = cart.coupon_minimum_minor;
    }
    return out;
}

json::object cart_of(const CartPage& page) {
    const shop::Cart& cart = page.cart;
    std::int64_t subtotal = 0;
    for (const shop::OrderLine& line : cart.priced.lines) {
        subtotal += line.unit_price.minor * line.quantity;
    }
    return {{"shop", cart.shop},
            {"version", cart.version},
            {"currency", to_string(cart.priced.currency)},
            {"lines", lines_of(page)},
            {"coupon", coupon_of_cart(cart)},
            {"subtotal", subtotal},
            {"discount", cart.priced.discount_minor},
            {"shipping", cart.priced.shipping_minor},
            {"tax", cart.priced.tax_minor},
            {"total", cart.priced.total_minor},
            {"has_address", cart.has_address},
            {"can_order", cart.can_be_ordered()}};
}

Problem problem_of(const Error& error, std::string_view sku) {
    if (error.code == Errc::NotFound) return not_found("sku", sku);
    if (error.code == Errc::TooLarge) return {409, "limit_reached", error.message};
    if (error.code != Errc::Conflict) return error;
    return {412, "changed_meanwhile", "The cart was changed since it was read.",
            "Read it again, then repeat the change."};
}

}  // namespace

Task<Reply> CartApi::reply(Call& call) {
    CO_TRY(shop::CartOf whose, whose_cart(call));
    auto query = [whose = std::move(whose), rules = sources_.rules(), now = sources_.clock.wall()](
                     store::Database& database) { return read_page(database, whose, rules, now); };
    CO_TRY(const CartPage page, co_await sources_.readers.read<CartPage>(
                                    call.loop(), call.own_read(), std::move(query)));
    co_return object_reply(cart_of(page), version_of(page.cart));
}

Task<Reply> CartApi::get(Call& call) {
    return reply(call);
}

Checked<shop::CartOf> CartApi::whose_cart(const Call& call) const {
    return shop::CartOf{buyer_of(call), TRY(shop_of(sources_, call))};
}

Task<Checked<shop::Cart>> CartApi::read(Call& call) {
    CO_TRY(shop::CartOf whose, whose_cart(call));
    auto query = [whose = std::move(whose), rules = sources_.rules(),
                  now = sources_.clock.wall()](store::Database& database) {
        return shop::read_cart(database, whose, rules, now);
    };
    CO_TRY(shop::Cart cart, co_await sources_.readers.read<shop::Cart>(call.loop(), call.own_read(),
                                                                       std::move(query)));
    co_return cart;
}

Task<Checked<shop::CartChange>> CartApi::change_of(Call& call) {
    CO_TRY(shop::CartOf whose, whose_cart(call));
    shop::CartChange change{.whose = std::move(whose), .version = {}};
    if (call.request.header("If-Match").empty()) co_return change;
    CO_TRY(const shop::Cart cart, co_await read(call));
    CO_CHECK(check_if_match(call.request, nullptr, version_of(cart)));
    change.version = cart.version;
    co_return change;
}

Task<Reply> CartApi::changed(Call& call, store::Writer::Work work) {
    const auto done = co_await sources_.writer.run(call.loop(), std::move(work));
    if (!done) co_return std::unexpected(problem_of(done.error(), call.request.param("sku")));
    co_return co_await reply(call);
}

Task<Reply> CartApi::change_line(Call& call, std::int64_t sku, std::int64_t quantity,
                                 bool is_more) {
    if (quantity < 0 || quantity > limits::order_line_quantity_max) {
        co_return Input::wrong("quantity", "\"quantity\" is a number from 1 to 999.");
    }
    CO_TRY(shop::CartChange change, co_await change_of(call));
    store::Writer::Work work = [change = std::move(change), sku = shop::SkuId(sku), quantity,
                                is_more](store::Database& database) {
        return shop::put_cart_line(database, change, sku, quantity, is_more);
    };
    co_return co_await changed(call, std::move(work));
}

Task<Reply> CartApi::add_line(Call& call) {
    CO_TRY(Input in, Input::of(call.request));
    const std::int64_t sku = in.number("sku").value_or(0);
    const std::int64_t quantity = in.number("quantity").value_or(1);
    CO_CHECK(in.check());
    if (quantity < 1) co_return Input::wrong("quantity", "\"quantity\" is at least 1.");
    co_return co_await change_line(call, sku, quantity, true);
}

Task<Reply> CartApi::put_line(Call& call) {
    CO_TRY(Input in, Input::of(call.request));
    const std::int64_t quantity = in.number("quantity").value_or(-1);
    CO_CHECK(in.check());
    co_return co_await change_line(call, number_of(call, "sku"), quantity, false);
}

Task<Reply> CartApi::remove_line(Call& call) {
    return change_line(call, number_of(call, "sku"), 0, false);
}

Task<Reply> CartApi::put_coupon(Call& call) {
    CO_TRY(Input in, Input::of(call.request));
    std::string code = in.text("code");
    CO_CHECK(in.check());
    if (code.size() > limits::coupon_code_bytes_max) {
        co_return Input::wrong("code", "\"code\" has at most 40 bytes.");
    }
    CO_TRY(shop::CartChange change, co_await change_of(call));
    store::Writer::Work work = [change = std::move(change),
                                code = std::move(code)](store::Database& database) {
        return shop::put_cart_coupon(database, change, code);
    };
    co_return co_await changed(call, std::move(work));
}

Task<Reply> CartApi::empty(Call& call) {
    CO_TRY(shop::CartChange change, co_await change_of(call));
    store::Writer::Work work = [change = std::move(change)](store::Database& database) {
        return shop::empty_cart(database, change);
    };
    const auto done = co_await sources_.writer.run(call.loop(), std::move(work));
    if (!done) co_return std::unexpected(problem_of(done.error(), ""));
    co_return no_content();
}

Task<Reply> CartApi::list(Call& call) {
    using Carts = std::vector<shop::CartSummary>;
    auto query = [account = buyer_of(call)](store::Database& database) {
        return shop::list_carts(database, account);
    };
    CO_TRY(const Carts carts,
           co_await sources_.readers.read<Carts>(call.loop(), call.own_read(), std::move(query)));
    json::array list;
    for (const shop::CartSummary& one : carts) {
        list.push_back({{"shop", one.shop}, {"lines", one.lines}, {"units", one.units}});
    }
    co_return json_reply(json::object{{"carts", std::move(list)}});
}

void CartApi::add_routes(ApiRoutes& routes) {
    constexpr RouteTraits small{.body_bytes_max = 4 * limits::KiB};
    constexpr RouteTraits creating{.body_bytes_max = 4 * limits::KiB, .creates = true};
    const auto write = Needs::write(Action::Participate, Where::Own);
    routes.get("/api/v1/carts", Needs::read(Action::Participate, Where::Own),
               [this](Call& call) { return list(call); });
    routes.get("/api/v1/cart", Needs::read(Action::Participate, Where::Own),
               [this](Call& call) { return get(call); });
    routes.del("/api/v1/cart", write, [this](Call& call) { return empty(call); });
    routes.post(
        "/api/v1/cart/lines", write, [this](Call& call) { return add_line(call); }, creating);
    routes.put(
        "/api/v1/cart/lines/:sku", write, [this](Call& call) { return put_line(call); }, small);
    routes.del("/api/v1/cart/lines/:sku", write, [this](Call& call) { return remove_line(call); });
    routes.put(
        "/api/v1/cart/coupon", write, [this](Call& call) { return put_coupon(call); }, small);
}

}  // namespace shopcast::api
