#pragma once

#include <vector>

#include "base/clock.hpp"
#include "shop/core/records.hpp"
#include "store/sweeper.hpp"

namespace shopcast::shop {

/// What of the ledger is not kept for ever, `keep` after it ended:
///
/// - orders that came to nothing (cancelled or expired, their payment called off, no money ever
///   taken), with lines, payment and history;
/// - holds that were let go or ran out, the orders' own among them;
/// - names of webhooks that were applied (after limits::webhook_names_kept_for).
///
/// None of them counts in any pool, deal or coupon, so the ledger adds up as before; their numbers
/// are never given again. With the rows their idempotency keys go: `keep` is longer than anybody
/// tries again. What was paid for stays, with all that shows it: orders, lines, payments, refunds,
/// committed holds and every move of the stock are the shop's books.
///
/// Nothing goes in the first sweep of a process, nor what was made since the sweep before: what the
/// provider was asked about it may be under way, whatever the clock says.
std::vector<store::Retention> ledger_retentions(Milliseconds keep);

/// Whether an account has ever ordered something that is still in the ledger.
Result<bool> has_orders(store::Database& database, const AccountId& account);

}  // namespace shopcast::shop
