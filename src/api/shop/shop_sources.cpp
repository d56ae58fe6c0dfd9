#include "api/shop/shop_sources.hpp"

#include <variant>

#include "api/frame/input.hpp"
#include "api/frame/replies.hpp"
#include "api/frame/shops.hpp"
#include "api/shop/desk_problem.hpp"
#include "audit/deed.hpp"
#include "base/text.hpp"

namespace shopcast::api {

Checked<std::string> shop_of(const ShopSources& sources, const Call& call) {
    return choose_shop(call.request.query("shop").value_or(""), sources.shops);
}

std::int64_t number_of(const Call& call, std::string_view name) {
    return parse_int<std::int64_t>(call.request.param(name)).value_or(0);
}

Checked<std::int64_t> number_in_cursor(const std::string& cursor) {
    if (cursor.empty()) return 0;
    const auto number = parse_int<std::int64_t>(cursor);
    if (!number) return Input::wrong("cursor", "\"cursor\" is what next_cursor said.");
    return *number;
}

Checked<void> check_takes_orders(const ShopSources& sources) {
    if (sources.selling.settings().takes_orders()) return {};
    return problem(409, "no_orders", "This shop takes no orders: nobody would move the money.",
                   "Its operator sets shop.payments.");
}

std::string key_of(const Call& call, Random& random) {
    const std::string_view key = call.request.header("Idempotency-Key");
    return key.empty() ? random_token(random, 16) : std::string(key);
}

async::Task<Checked<shop::Decided>> decide(const ShopSources& sources, Call& call,
                                           shop::Command command) {
    std::string seen;
    if (const auto* put = std::get_if<shop::PutSku>(&command.what)) seen = put->sku.shop;
    shop::Decided answer = co_await sources.selling.desk().ask(call.loop(), std::move(command));
    if (!answer.is_accepted()) co_return std::unexpected(problem_of(answer, sources.clock.wall()));
    if (!seen.empty()) sources.catalogue.forget(seen);
    co_return answer;
}

async::Task<Result<void>> change_catalogue(const ShopSources& sources, Call& call,
                                           store::Writer::Work work) {
    CO_CHECK(co_await sources.writer.run(call.loop(), std::move(work)));
    sources.catalogue.forget(call.param("shop"));
    co_return Result<void>{};
}

http::Response marked(http::Response response, const shop::Decided& answer) {
    if (answer.verdict != shop::Verdict::Replayed) return response;
    return replayed(std::move(response));
}

audit::Deed deed_of(const Call& call, std::string action, std::string target, DeedDetail detail) {
    return {.by = call.actor(),
            .action = std::move(action),
            .target = std::move(target),
            .shop = call.param("shop"),
            .detail = std::move(detail)};
}

}  // namespace shopcast::api
