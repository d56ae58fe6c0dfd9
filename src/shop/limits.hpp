#pragma once

#include "base/limits.hpp"

namespace shopcast::limits {

/// Commands that wait for the allocator; at 10,000 a second this is 0.8 s. Full: Busy.
constexpr std::size_t allocator_queue_max = 8192;
/// Commands of one transaction: above it batches gain little and answers wait longer (measured:
/// 256 a batch gave 19-25 k orders/s at 8-12 ms, 4,096 gave 39 k/s at 101 ms).
constexpr std::size_t allocator_batch_max = 512;
/// What a payment provider may call a payment or an event; Stripe's names have 255 at the most.
constexpr std::size_t provider_ref_bytes_max = 255;
/// Payments that are open at once, at most a few minutes each; of others Stripe is asked again.
constexpr std::size_t client_secrets_max = 20'000;
/// How old a webhook's signature may be, and how far clocks may differ: Stripe's own default.
constexpr auto webhook_tolerance = 300s;
/// Signatures of one webhook: two while secrets are exchanged.
constexpr std::size_t webhook_signatures_max = 8;
/// Holds, orders and questions that one tick looks at; what is left comes with the next.
constexpr std::size_t allocator_due_max = 1024;
/// How often time is told to the allocator: a hold may outlive its time by this much.
constexpr auto allocator_tick = 100ms;
/// Skus, deals and coupons together, ended ones included: ~200 bytes each. More: refused.
constexpr std::size_t stock_pools_max = 50'000;
/// Those of one shop, so that none takes up the room of the others. More: refused.
constexpr std::size_t stock_pools_of_shop_max = stock_pools_max / 2;
/// Units of one pool; sums of them stay far from overflow. More: refused.
constexpr std::int64_t stock_units_max = 1'000'000'000;
/// 100 billion minor units; times all units of an order it is 5 * 10^15. More: refused.
constexpr std::int64_t price_minor_max = 100'000'000'000;
/// A cart has tens of lines. More: refused.
constexpr std::size_t order_lines_max = 50;
/// Three digits fit the page. More: refused.
constexpr std::int64_t order_line_quantity_max = 999;
/// A postal address as JSON. More: refused.
constexpr std::size_t order_address_bytes_max = 2 * KiB;
/// A UUID has 36; Stripe allows 255. Longer: refused.
constexpr std::size_t idempotency_key_bytes_max = 64;
/// Long enough for any that people type. Longer: refused.
constexpr std::size_t coupon_code_bytes_max = 40;
/// A line of a receipt. Longer: refused.
constexpr std::size_t sku_name_bytes_max = 300;
/// Bits that say which idempotency keys were seen: 8 MiB. At 2 million keys about one in 1,000 new
/// ones looks seen, at 10 million one in 15; those are asked of the allocator, which knows.
constexpr std::size_t seen_key_bits = std::size_t{1} << 26;
/// For how long after a restart a retry is told from a new request before the queue.
constexpr auto seen_keys_of = 72h;
/// And so many of each kind that seem older: the clock may have been set.
constexpr std::size_t seen_keys_however_old = 100'000;
/// Units left from which on pages say how many: few enough to hurry for.
constexpr std::int64_t low_stock_units = 5;
/// Shops of one server: a snapshot of stock in memory each, and a line in the menus of those who
/// run them all. More: refused.
constexpr std::int64_t shops_max = 100;
/// It stands in addresses. Longer: refused.
constexpr std::size_t shop_id_bytes_max = 40;
/// Forty syllables of Hangul, in each language: a title. Longer: refused.
constexpr std::size_t shop_name_bytes_max = 120;
/// Products of one shop; a list of them and its search index stay within a reader's few
/// milliseconds. More: refused.
constexpr std::int64_t products_max = 20'000;
/// Categories of one shop: a menu. More: refused.
constexpr std::size_t categories_max = 100;
/// Words of one search; what is longer is no search. More: left out.
constexpr std::size_t search_words_max = 8;
/// Deals and coupons of one list; a shop ends them.
constexpr std::int64_t coupons_listed_max = 200;
/// Hours or days of one summary of sales: three months by the hour. More: refused.
constexpr std::int64_t sales_rows_max = 2'200;
/// How often the fake provider does what is due.
constexpr auto fake_payment_tick = 20ms;
/// Uploads that wait to be drawn, each in memory. More: 503.
constexpr std::size_t picture_uploads_max = 8;
/// Those of one shop, which take turns with the others'. More: 503 for that one.
constexpr std::size_t picture_uploads_of_shop_max = 4;
/// Pictures of one shop, those that no product shows yet or any more included: one for each product
/// it may have, ~200 KiB each. More: 409.
constexpr std::int64_t pictures_of_shop_max = 20'000;
/// Pictures that no product shows are looked at this many at a time: 10 us each.
constexpr std::size_t pictures_looked_at_at_once = 64;
/// Orders that came to nothing go this many at a time: some ten rows each, in several tables.
constexpr std::size_t orders_removed_at_once = 16;
/// Names of webhooks are remembered for so long: providers repeat one for some days (Stripe:
/// three).
constexpr auto webhook_names_kept_for = std::chrono::days(30);
/// Payments that the fake provider remembers: 15 MB. More: the oldest that is paid or called off is
/// forgotten, and what was paid with it cannot be refunded.
constexpr std::size_t fake_payments_max = 100'000;
static_assert(price_minor_max * order_line_quantity_max <
              INT64_MAX / 100 / static_cast<std::int64_t>(order_lines_max));

}  // namespace shopcast::limits
