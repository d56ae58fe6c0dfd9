#pragma once

#include "base/limits.hpp"
#include "shop/limits.hpp"

namespace shopcast::limits {

/// An event and the object in it; Stripe's are a few KiB.
constexpr std::size_t webhook_bytes_max = 64 * KiB;
/// A product's name, in each language: two of them and two options fit a receipt's line. Longer:
/// refused.
constexpr std::size_t product_name_bytes_max = 100;
/// Longer: refused.
constexpr std::size_t option_name_bytes_max = 40;
static_assert(2 * (product_name_bytes_max + option_name_bytes_max + 3) < sku_name_bytes_max);
/// A page of text in Korean. Longer: refused.
constexpr std::size_t product_description_bytes_max = 8 * KiB;
/// Options and pictures of one product; a page shows no more. More: refused.
constexpr std::size_t product_options_max = 60;
constexpr std::size_t product_pictures_max = 12;  // a gallery, not an album
/// A line of an address. Longer: refused.
constexpr std::size_t address_line_bytes_max = 300;
/// The stock's snapshot is rendered this often at most, and only when something changed.
constexpr auto stock_snapshot_every = 200ms;
/// Products' pictures in memory: some 500 of a page's width. More: the disk is read again.
constexpr std::size_t pictures_kept_bytes_max = 32 * MiB;
/// Answers kept for requests that come again with the same Idempotency-Key; a KiB each. More: the
/// oldest is forgotten, and its request would be carried out again.
constexpr std::size_t idempotent_answers_max = 4096;
/// Those of one account, or of one address that is not signed in: nobody has so many requests whose
/// answers were lost. More: its own oldest is forgotten.
constexpr std::size_t idempotent_answers_of_one_max = 128;
/// For how long (IETF draft-ietf-httpapi-idempotency-key-header-07 leaves it to the server; Stripe
/// keeps them a day).
constexpr auto idempotent_answers_kept_for = 24h;
/// Those that hold a secret (stream key, token); a client that lost its answer asks again at once.
/// After it: 409.
constexpr auto secret_answers_kept_for = 600s;
/// Changes that one account may ask for at once; nobody clicks faster. More: 429.
constexpr int api_changes_at_once_max = 60;
/// Then one each.
constexpr auto api_changes_refill = 500ms;
/// The same for everybody behind one address who is not signed in: a carrier's NAT holds hundreds.
constexpr int api_strangers_at_once_max = 600;
constexpr auto api_strangers_refill = 50ms;  // 20 a second
/// Reports of pages (that they play, what the browser refused) from one address: a thousand phones
/// behind a carrier's report every 15 s. More: 429, and they are not counted.
constexpr int api_reports_at_once_max = 2000;
constexpr auto api_reports_refill = 10ms;  // 100 a second
/// The same for those who run a shop: they put a catalogue in from a file, a product and its
/// pictures a request each.
constexpr int api_staff_at_once_max = 300;
constexpr auto api_staff_refill = 50ms;  // 20 a second
/// Pages of the catalogue are read once in so long for all who look at them; a change of the shop's
/// is seen at once.
constexpr auto shared_answers_kept_for = 1s;
/// Of those pages: some thousand, or ten thousands of searches that found nothing. More: the oldest
/// is read again.
constexpr std::size_t shared_answers_bytes_max = 16 * MiB;
/// What each costs besides its body and its key.
constexpr std::size_t shared_answer_overhead = 512;
/// Of those who ask for the same, so many have it read in their own turn; the first reading answers
/// all. More: they wait for one of these.
constexpr std::size_t shared_answer_readings_max = 16;
/// Items of one page of a list.
constexpr std::size_t api_page_items_max = 100;
/// Where the client does not say.
constexpr std::size_t api_page_items_usual = 50;

}  // namespace shopcast::limits
