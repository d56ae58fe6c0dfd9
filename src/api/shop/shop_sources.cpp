#include "api/shop/shop_sources.hpp"

#include "api/frame/input.hpp"
#include "api/shop/desk_problem.hpp"
#include "audit/deed.hpp"
#include "base/text.hpp"

namespace shopcast::api {

std::string shop_of(const Ask& ask) {
    return ask.request.query("shop").value_or("main");
}

std::int64_t number_of(const Ask& ask, std::string_view name) {
    return parse_int<std::int64_t>(ask.request.param(name)).value_or(0);
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

std::string key_of(const Ask& ask, Random& random) {
    const std::string_view key = ask.request.header("Idempotency-Key");
    return key.empty() ? random_token(random, 16) : std::string(key);
}

async::Task<Checked<shop::Answer>> decide(const ShopSources& sources, Ask& ask,
                                          shop::Command command) {
    shop::Answer answer = co_await sources.selling.desk().ask(ask.loop(), std::move(command));
    if (!answer.is_accepted()) co_return std::unexpected(problem_of(answer, sources.clock.wall()));
    co_return answer;
}

audit::Deed deed_of(const Ask& ask, std::string action, std::string target, DeedDetail detail) {
    return {.by = ask.actor(),
            .action = std::move(action),
            .target = std::move(target),
            .shop = ask.param("shop"),
            .detail = std::move(detail)};
}

}  // namespace shopcast::api
