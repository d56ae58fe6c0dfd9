#include <cstdint>
#include <string_view>

#include "base/check.hpp"
#include "shop/pay/stripe_objects.hpp"
#include "shop/pay/stripe_signature.hpp"

using namespace shopcast;
using namespace shopcast::shop;

// A line, the signature's header, and behind it the body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view in(reinterpret_cast<const char*>(data), size);
    const std::size_t end = in.find('\n');
    const std::string_view header = in.substr(0, end);
    const std::string_view body = end == std::string_view::npos ? "" : in.substr(end + 1);

    const std::string secret = "whsec_test_secret";
    const WallTime signed_at{std::chrono::seconds(1'750'000'000)};
    const auto verified = verify_stripe_signature(header, body, std::span(&secret, 1), signed_at);
    // Only the seed's own signature is right.
    ENSURE(!verified || body == R"({"id":"evt_1","object":"event"})");

    if (const auto intent = stripe::parse_intent(body)) {
        ENSURE(intent->report.amount.minor >= 0 && !intent->report.provider_ref.empty());
    }
    const auto event = stripe::parse_event(body, "here");
    if (event && *event) ENSURE(!(*event)->event_id.empty() && (*event)->order.value != 0);
    stripe::parse_refund(body);
    (void)stripe::find_refund(body, RefundId(5));
    stripe::parse_error(body);
    return 0;
}
