#include "api/shop/desk_problem.hpp"

#include <boost/json.hpp>

#include <algorithm>

#include "base/check.hpp"

namespace shopcast::api {
namespace {

namespace json = boost::json;
using shop::Verdict;

struct Words {
    int status;
    std::string_view detail;
    std::string_view help;
};

Words words_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::Accepted:
        case Verdict::Replayed: break;
        case Verdict::KeyReused:
            return {422, "This Idempotency-Key was used for another request.",
                    "Use a new key for each new request."};
        case Verdict::SoldOut: return {409, "Sold out: there is less left than you want.", ""};
        case Verdict::AllHeld:
            return {409, "Others are buying the last ones; some may come back.",
                    "Try again in a moment."};
        case Verdict::LimitReached:
            return {409, "That is more than one buyer may have.", "Choose fewer."};
        case Verdict::CatalogueFull:
            return {409, "There is no room for another sku, deal or coupon, ended ones included.",
                    "Change one that you have instead."};
        case Verdict::CoolingDown:
            return {429, "You reserved several times without buying: a short break.",
                    "Wait as long as Retry-After says."};
        case Verdict::AlreadyHeld:
            return {409, "You have reserved this already.",
                    "Pay or cancel what `more.receipt` names first."};
        case Verdict::NotOnSale: return {409, "This is not, or no longer, on sale.", ""};
        case Verdict::CouponRefused:
            return {409,
                    "This coupon does not apply: it is unknown, over, used, or its minimum is "
                    "not reached.",
                    "Order without it, or look at its conditions."};
        case Verdict::CouponUsedUp: return {409, "This coupon is used up.", "Order without it."};
        case Verdict::PriceChanged:
            return {409, "The price is not the one that you saw.",
                    "Look at the total again, then order."};
        case Verdict::SeveralShops:
            return {400, "An order is of one shop, and these are products of several.",
                    "Order from one shop after the other."};
        case Verdict::NotFound: return {404, "There is no such thing.", ""};
        case Verdict::WrongState: return {409, "It is in another state than this needs.", ""};
        case Verdict::Malformed: return {400, "The request is not possible as it is.", ""};
        case Verdict::Busy:
            return {503, "Too many are buying at this moment; nothing was decided.",
                    "Send it again with the same Idempotency-Key."};
        case Verdict::NotSelling:
            return {503, "The shop does not sell at the moment; nothing was decided.",
                    "Try again later. The operator finds the reason in the log."};
    }
    ENSURE(false, "an accepted request is no problem");
    return {};
}

json::array shorts_of(const shop::Decided& answer) {
    json::array shorts;
    for (const shop::Shortfall& one : answer.shorts) {
        json::array lines;
        for (const std::size_t line : one.lines) lines.emplace_back(line);
        shorts.push_back({{"sku", one.sku.value},
                          {"lines", std::move(lines)},
                          {"wanted", one.wanted},
                          {"available", one.available},
                          {"may_return", one.may_return}});
    }
    return shorts;
}

std::string_view code_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::KeyReused: return "idempotency_key_reused";
        case Verdict::NotFound: return "not_found";
        default: return to_string(verdict);
    }
}

}  // namespace

Problem problem_of(const shop::Decided& answer, WallTime now) {
    using namespace std::chrono_literals;
    const Words words = words_of(answer.verdict);
    Problem why(words.status, code_of(answer.verdict), words.detail, words.help);
    if (!answer.shorts.empty()) {
        why.more = json::serialize(json::object{{"shorts", shorts_of(answer)}});
    } else if (answer.verdict == Verdict::PriceChanged) {
        why.more = json::serialize(json::object{{"total", answer.receipt.price.minor}});
    } else if (answer.verdict == Verdict::AlreadyHeld) {
        why.more = json::serialize(json::object{{"receipt", answer.receipt.number}});
    } else if (answer.verdict == Verdict::CoolingDown) {
        why.retry_after = std::max<Milliseconds>(answer.until - now, 1s);
    } else if (answer.verdict == Verdict::Busy) {
        why.retry_after = 1s;
    } else if (answer.verdict == Verdict::NotSelling) {
        why.retry_after = 30s;
    }
    return why;
}

}  // namespace shopcast::api
