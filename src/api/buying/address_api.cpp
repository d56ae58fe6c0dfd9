#include "api/buying/address_api.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "api/frame/replies.hpp"
#include "api/limits.hpp"
#include "base/json.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "shop/limits.hpp"
#include "shop/orders/cart.hpp"

namespace shopcast::api {
namespace {

namespace json = boost::json;
using async::Task;

struct Field {
    std::string_view name;
    bool is_required;
};
constexpr std::array<Field, 6> fields{{{"recipient", true},
                                       {"phone", true},
                                       {"postcode", true},
                                       {"line1", true},
                                       {"line2", false},
                                       {"note", false}}};
static_assert(fields.size() * (limits::address_line_bytes_max + 16) <=
              limits::order_address_bytes_max);

bool is_phone(std::string_view text) {
    return std::ranges::all_of(text, [](char c) {
        return (c >= '0' && c <= '9') || std::string_view("+- ()").contains(c);
    });
}

Checked<std::string> field_in(Input& in, const Field& field) {
    const std::string text = in.text(field.name);
    std::string out(trim(text));
    const bool has_controls =
        std::ranges::any_of(out, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
    if ((field.is_required && out.empty()) || out.size() > limits::address_line_bytes_max ||
        has_controls) {
        return Input::wrong(field.name,
                            fmt::format("\"{}\" is one line of 1 to 100 characters.", field.name));
    }
    if (field.name == "phone" && !is_phone(out)) {
        return Input::wrong("phone", "\"phone\" has digits, spaces and + - ( ) alone.");
    }
    return out;
}

http::Response address_reply(const std::string& content) {
    return object_reply(parse_object(content).value_or(json::object()));
}

}  // namespace

Checked<std::string> address_in(Input& in) {
    json::object address;
    for (const Field& field : fields) address[field.name] = TRY(field_in(in, field));
    TRY_VOID(in.check());
    std::string text = json::serialize(address);
    if (text.size() > limits::order_address_bytes_max) {
        return Input::wrong("line1", "The address is too long.");
    }
    return text;
}

Task<Checked<std::optional<std::string>>> AddressApi::read(Call& call) {
    using Found = std::optional<std::string>;
    auto query = [account = buyer_of(call)](store::Database& database) {
        return shop::read_address(database, account);
    };
    CO_TRY(Found content,
           co_await sources_.readers.read<Found>(call.loop(), call.own_read(), std::move(query)));
    co_return content;
}

Task<Reply> AddressApi::get(Call& call) {
    CO_TRY(const auto content, co_await read(call));
    if (!content) co_return no_content();  // no error: everybody begins so
    co_return address_reply(*content);
}

Task<Reply> AddressApi::put(Call& call) {
    CO_TRY(Input in, Input::of(call.request));
    CO_TRY(const std::string content, address_in(in));
    if (!call.request.header("If-Match").empty()) {
        CO_TRY(const auto now, co_await read(call));
        const json::value old = now ? parse_object(*now).value_or(json::object()) : json::object();
        CO_CHECK(check_if_match(call.request, old));
    }
    store::Writer::Work work = [account = buyer_of(call), content,
                                now = sources_.clock.wall()](store::Database& database) {
        return shop::put_address(database, account, content, now);
    };
    CO_CHECK(co_await sources_.writer.run(call.loop(), std::move(work)));
    co_return address_reply(content);
}

Task<Reply> AddressApi::remove(Call& call) {
    store::Writer::Work work = [account = buyer_of(call)](store::Database& database) {
        return shop::remove_address(database, account);
    };
    CO_CHECK(co_await sources_.writer.run(call.loop(), std::move(work)));
    co_return no_content();
}

void AddressApi::add_routes(ApiRoutes& routes) {
    routes.get("/api/v1/account/address", Needs::account(),
               [this](Call& call) { return get(call); });
    routes.put("/api/v1/account/address", Needs::account(),
               [this](Call& call) { return put(call); }, {.body_bytes_max = 8 * limits::KiB});
    routes.del("/api/v1/account/address", Needs::account(),
               [this](Call& call) { return remove(call); });
}

}  // namespace shopcast::api
