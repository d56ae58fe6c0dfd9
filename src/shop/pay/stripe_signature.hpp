#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "shop/limits.hpp"

namespace shopcast::shop {

/// Whether `body`, byte for byte as it came, was signed by one of `secrets` within
/// limits::webhook_tolerance of `now`. `header` is Stripe-Signature: "t=1614265330,v1=hex,v1=hex";
/// schemes other than v1 are passed over. Takes the same time for every wrong signature.
/// Source: docs.stripe.com/webhooks#verify-manually. Errors: Malformed, Unauthorized.
Result<void> verify_stripe_signature(std::string_view header, std::string_view body,
                                     std::span<const std::string> secrets, WallTime now);

}  // namespace shopcast::shop
