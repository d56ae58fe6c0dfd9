#pragma once

#include "base/limits.hpp"

namespace shopcast::limits {

/// An account is a row of ~300 bytes, a few hundred MB of them. More: signing up is refused.
constexpr std::int64_t accounts_max = 1'000'000;
/// In memory, ~600 bytes each: 60 MB. More: those idle longest end.
constexpr std::size_t sessions_max = 100'000;
/// How many of them end at once then, so that looking for them is rare.
constexpr std::size_t sessions_ended_at_once = 256;
/// Phones, tablets and browsers of one person. More: the one idle longest ends.
constexpr std::size_t sessions_per_account_max = 32;
/// Browsers and addresses that an account was signed in to from. More: the one longest unused.
constexpr std::size_t known_places_per_account_max = 16;
/// A browser is known for so long after the last sign-in there; browsers keep no cookie longer.
constexpr auto known_place_lasts = std::chrono::days(400);
/// The login of an account that was deleted is nobody else's for so long: who knew it there would
/// believe whoever came next. Then its row goes.
constexpr auto deleted_login_kept_for = std::chrono::days(90);
/// Whoever was not seen again after the first day has never come back.
constexpr auto account_first_day = std::chrono::hours(24);
/// Browsers send about 120 bytes. Longer: cut.
constexpr std::size_t user_agent_bytes_max = 256;
/// How exactly a session knows when it was last seen, and how often that is saved.
constexpr auto last_seen_precision = 60s;
/// Rows of one piece of work for the writer: ~2 us each stay far below its 2 ms.
constexpr std::size_t people_rows_at_once = 256;
/// Programs of one member of staff that use the API. More: creating one is refused.
constexpr std::size_t api_tokens_per_account_max = 50;
/// The same of somebody who only watches and buys.
constexpr std::size_t api_tokens_per_viewer_max = 5;
/// In memory like sessions. More: creating one is refused.
constexpr std::size_t api_tokens_max = 20'000;
/// Where its maker says nothing else: a season; then whoever still needs it makes a new one.
constexpr auto api_token_lasts_usually = std::chrono::days(90);
/// Of those, places that only staff can have.
constexpr std::size_t api_tokens_of_staff = 5'000;
/// Hosts and moderators of one shop, or staff of the server. More: granting is refused.
constexpr std::int64_t grants_per_shop_max = 500;
/// Argon2 takes a core each and 19 MiB; two leave the others to the viewers.
constexpr unsigned password_threads_max = 2;
/// At 50 ms each on two threads the last one waits 6.4 s. Full: Busy.
constexpr std::size_t password_queue_max = 256;
/// Those of one address or account, of which one at a time is computed: a second and a half. More:
/// Busy for that one.
constexpr std::size_t password_queue_of_one_max = 32;
/// Keys of one throttle: 10 MB. More: the one touched longest ago is forgotten.
constexpr std::size_t throttle_keys_max = 65'536;
/// What each costs at most, whatever it is made of: its digest is kept.
constexpr std::size_t throttle_key_bytes = 150;
/// A secret shown to set up an authenticator app is good for so long.
constexpr auto totp_pending_for = std::chrono::minutes(10);
/// People who set one up at the same time. More: the oldest has to begin again.
constexpr std::size_t totp_pending_max = 1024;
/// A reset link gives an account away: long enough to reach the mailbox, no longer.
constexpr auto reset_link_lasts = std::chrono::hours(1);
/// Whoever sets a server up does so on its first day; then the server makes a new one by itself.
constexpr auto setup_link_lasts = std::chrono::hours(24);
/// An e-mail verification may wait for the evening.
constexpr auto verify_link_lasts = std::chrono::hours(24);
/// Mails that wait, ~300 bytes each. More: no new ones are queued (Busy).
constexpr std::size_t mails_max = 10'000;
/// A mail server that is away longer than this is not waited for: the mail is given up.
constexpr auto mail_tried_for = std::chrono::hours(24);
/// The first wait after a failure; it doubles, up to mail_retry_max.
constexpr auto mail_retry_first = std::chrono::minutes(1);
/// The longest wait between two tries.
constexpr auto mail_retry_max = std::chrono::hours(2);
/// One whole SMTP conversation; servers that greet slowly on purpose take 30 s.
constexpr auto smtp_timeout = 60s;
/// Accounts that may name one e-mail address and are all sent a link when it asks for a reset.
constexpr std::int64_t accounts_of_one_email_max = 5;
/// Entries of one answer of a list.
constexpr int list_page_max = 100;
static_assert(sessions_ended_at_once < sessions_max);
static_assert(api_tokens_of_staff < api_tokens_max);

}  // namespace shopcast::limits
