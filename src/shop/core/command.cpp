#include "shop/core/command.hpp"

#include <algorithm>
#include <array>

namespace shopcast::shop {
namespace {

/// FNV-1a, 64 bits: a request is only compared with others of its own account, so whoever makes two
/// collide fools nobody but himself.
class Fingerprint {
public:
    Fingerprint& add(std::string_view text) {
        add(static_cast<std::int64_t>(text.size()));
        for (const char c : text) mix(static_cast<unsigned char>(c));
        return *this;
    }
    Fingerprint& add(std::int64_t number) {
        for (int shift = 0; shift < 64; shift += 8) {
            mix(static_cast<unsigned char>(static_cast<std::uint64_t>(number) >> shift));
        }
        return *this;
    }
    std::uint64_t value() const { return value_; }

private:
    void mix(unsigned char byte) { value_ = (value_ ^ byte) * 0x100000001b3ULL; }
    std::uint64_t value_ = 0xcbf29ce484222325ULL;
};

void add(Fingerprint& hash, const HoldStock& hold) {
    hash.add(hold.sku.value).add(hold.deal.value).add(hold.quantity);
}
void add(Fingerprint& hash, const PlaceOrder& order) {
    for (const WantedLine& line : order.lines) {
        hash.add(line.sku.value).add(line.deal.value).add(line.quantity);
    }
    hash.add(order.coupon_code).add(order.ship_to);
    hash.add(order.expected_total ? order.expected_total->minor : -1);
}
void add(Fingerprint& hash, const RefundOrder& refund) {
    hash.add(refund.order.value);
    for (const RefundLine& line : refund.lines) {
        hash.add(static_cast<std::int64_t>(line.line)).add(line.units);
    }
}
void add(Fingerprint&, const auto& /*carries no key*/) {}

constexpr std::array<std::string_view, 19> outcome_words{
    "accepted",       "replayed",       "key_reused",    "sold_out",      "all_held",
    "limit_reached",  "catalogue_full", "cooling_down",  "already_held",  "not_on_sale",
    "coupon_refused", "coupon_used_up", "price_changed", "several_shops", "not_found",
    "wrong_state",    "malformed",      "busy",          "not_selling"};

constexpr std::array<std::string_view, 7> reason_words{
    "RECEIVED", "CORRECTED", "SET_ASIDE", "GIVEN_BACK", "SOLD", "RETURNED", "SHIPPED"};

}  // namespace

std::string_view to_string(Verdict verdict) {
    return outcome_words[static_cast<std::size_t>(verdict)];
}

std::string_view to_string(MoveReason reason) {
    return reason_words[static_cast<std::size_t>(reason)];
}

std::optional<MoveReason> move_reason_from(std::string_view word) {
    const auto* const found = std::ranges::find(reason_words, word);
    if (found == reason_words.end()) return std::nullopt;
    return static_cast<MoveReason>(found - reason_words.begin());
}

std::optional<OrderId> order_of(const What& what) {
    return std::visit(
        [](const auto& one) -> std::optional<OrderId> {
            if constexpr (requires {
                              { one.order } -> std::convertible_to<OrderId>;
                          }) {
                return one.order;
            } else {
                return std::nullopt;
            }
        },
        what);
}

std::uint64_t request_hash(const Command& command) {
    if (command.request) return *command.request;
    Fingerprint hash;
    hash.add(static_cast<std::int64_t>(command.what.index()));
    std::visit([&](const auto& one) { add(hash, one); }, command.what);
    return hash.value();
}

std::uint64_t request_hash(std::string_view words) {
    return Fingerprint().add(words).value();
}

}  // namespace shopcast::shop
