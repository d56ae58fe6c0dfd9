#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

/// Every bound of the program in one place: value, unit last in the name, and why. What happens
/// when a bound is reached stands beside it. Values an operator may want to change are defaults in
/// ops/config.hpp and refer to these.
namespace shopcast::limits {

using namespace std::chrono_literals;

constexpr std::size_t KiB = 1024;
constexpr std::size_t MiB = 1024 * KiB;

// Process ------------------------------------------------------------------------------------

/// 8,192 lines of ~250 bytes are 2 MiB. Full: the oldest lines are dropped.
constexpr std::size_t log_queue_lines_max = 8192;

/// Lines kept to be read over the API: 2,000 of ~250 bytes are half a MiB. More: the oldest go.
constexpr std::size_t log_ring_lines_max = 2000;

// Store --------------------------------------------------------------------------------------

/// How long a change waits for another program that holds the database (a backup, somebody's
/// shell); then it is refused with Busy, and nothing of it was done.
constexpr auto database_busy_timeout = 5000ms;
/// Parsed statements that a connection keeps; the program has fewer, but for lists with filters.
constexpr std::size_t statements_kept_max = 200;
/// Pieces of work that may wait for the writer; at 10,000 a second this is 0.8 s. Full: Busy.
constexpr std::size_t writer_queue_max = 8192;
/// 4 MiB of write-ahead log (SQLite's own default is 1,000 pages as well).
constexpr int wal_pages_before_checkpoint = 1000;
/// Read-only connections, a thread each (DESIGN.md section 5): one long read leaves the other free.
constexpr std::size_t reader_threads = 2;
/// Reads that may wait; at 0.2 ms each on two threads this is 0.1 s. Full: Busy.
constexpr std::size_t reader_queue_max = 1024;

// People -------------------------------------------------------------------------------------

/// An account is a row of ~300 bytes, a few hundred MB of them. More: signing up is refused.
constexpr std::int64_t accounts_max = 1'000'000;
/// In memory, ~600 bytes each: 60 MB. More: those idle longest end.
constexpr std::size_t sessions_max = 100'000;
/// How many of them end at once then, so that looking for them is rare.
constexpr std::size_t sessions_ended_at_once = 256;
/// Phones, tablets and browsers of one person. More: the one idle longest ends.
constexpr std::size_t sessions_per_account_max = 32;
/// Browsers send about 120 bytes. Longer: cut.
constexpr std::size_t user_agent_bytes_max = 256;
/// How exactly a session knows when it was last seen, and how often that is saved.
constexpr auto last_seen_precision = 60s;
/// Rows of one piece of work for the writer: ~2 us each stay far below its 2 ms.
constexpr std::size_t people_rows_at_once = 256;
/// Programs of one person that use the API. More: creating one is refused.
constexpr std::size_t api_tokens_per_account_max = 50;
/// In memory like sessions. More: creating one is refused.
constexpr std::size_t api_tokens_max = 20'000;
/// Hosts and moderators of one shop, or staff of the server. More: granting is refused.
constexpr std::int64_t grants_per_shop_max = 500;
/// Argon2 takes a core each and 19 MiB; two leave the others to the viewers.
constexpr unsigned password_threads_max = 2;
/// At 50 ms each on two threads the last one waits 1.6 s. Full: Busy.
constexpr std::size_t password_queue_max = 64;
/// Keys of one throttle, ~150 bytes each: 10 MB. More: the one touched longest ago is forgotten.
constexpr std::size_t throttle_keys_max = 65'536;
/// A secret shown to set up an authenticator app is good for so long.
constexpr auto totp_pending_for = std::chrono::minutes(10);
/// People who set one up at the same time. More: the oldest has to begin again.
constexpr std::size_t totp_pending_max = 1024;
/// A reset link gives an account away: long enough to reach the mailbox, no longer.
constexpr auto reset_link_lasts = std::chrono::hours(1);
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

/// What closures may take of the writer's time while orders wait. Then the orders come first again.
constexpr auto writer_turn = 4ms;

// Requests to other servers --------------------------------------------------------------------

/// From the first byte to the last of the answer. Payment providers answer within two seconds,
/// slow ones within ten.
constexpr auto outgoing_timeout = std::chrono::milliseconds(20'000);
/// Under way at once. At 0.5 s each that is 128 a second.
constexpr std::size_t outgoing_at_once = 64;
/// More that wait: Busy, and whoever asked asks again later.
constexpr std::size_t outgoing_waiting_max = 4096;
/// Of one answer; a list of 100 refunds has 100 KiB.
constexpr std::size_t outgoing_answer_bytes_max = 1 * MiB;

// Shop ---------------------------------------------------------------------------------------

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
/// An event and the object in it; Stripe's are a few KiB.
constexpr std::size_t webhook_bytes_max = 64 * KiB;
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
/// Products of one shop; a list of them and its search index stay within a reader's few
/// milliseconds. More: refused.
constexpr std::int64_t products_max = 20'000;
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
/// Categories of one shop: a menu. More: refused.
constexpr std::size_t categories_max = 100;
/// Words of one search; what is longer is no search. More: left out.
constexpr std::size_t search_words_max = 8;
/// A line of an address. Longer: refused.
constexpr std::size_t address_line_bytes_max = 300;
/// The stock's snapshot is rendered this often at most, and only when something changed.
constexpr auto stock_snapshot_every = 200ms;
/// Deals and coupons of one list; a shop ends them.
constexpr std::int64_t coupons_listed_max = 200;
/// Hours or days of one summary of sales: three months by the hour. More: refused.
constexpr std::int64_t sales_rows_max = 2'200;
/// How often the fake provider does what is due.
constexpr auto fake_payment_tick = 20ms;

/// A photo of a phone has 3 to 6 MB. Larger: 413.
constexpr std::size_t picture_upload_bytes_max = 8 * MiB;
/// 40 megapixels; decoded and scaled they are 240 MB for a moment, on the one thread that does it.
/// More: refused.
constexpr std::int64_t picture_upload_pixels_max = 40'000'000;
/// Uploads that wait to be drawn, each in memory. More: 503.
constexpr std::size_t picture_uploads_max = 8;
/// Products' pictures in memory: some 500 of a page's width. More: the disk is read again.
constexpr std::size_t pictures_kept_bytes_max = 32 * MiB;

// RTMP ---------------------------------------------------------------------------------------

/// One message: an I-frame at 50 Mbit/s and 1 fps is 6 MiB. Larger: the connection is refused.
constexpr std::size_t rtmp_message_bytes_max = 8 * MiB;
/// All partial messages of one connection together. Larger: the connection is refused.
constexpr std::size_t rtmp_partial_bytes_max = 16 * MiB;
/// Encoders use three to five chunk streams; SRS caches 16. More: the connection is refused.
constexpr std::size_t rtmp_chunk_streams_max = 64;
/// A chunk size above a message's limit buys nothing; the peer's value is clamped to it.
constexpr std::uint32_t rtmp_chunk_bytes_max = 0xFFFFFF;
/// What we send: ffmpeg adopts the server's chunk size for its own output (its rtmpproto.c), and
/// 64 KiB puts most frames into one or two chunks.
constexpr std::uint32_t rtmp_chunk_bytes_out = 65536;
/// 2.5 MB as FMS announces; the peer acknowledges at half of it.
constexpr std::uint32_t rtmp_window_ack_bytes = 2'500'000;
/// A handshake is 3 KB; a peer that needs longer is none. Past it: the connection is closed.
constexpr auto rtmp_handshake_timeout = 10s;
/// From connect to the first media packet; OBS may take seconds to start its encoders (SRS: 20 s).
constexpr auto rtmp_first_packet_timeout = 20s;
/// Silence on a publishing connection after which it counts as half-open.
constexpr auto rtmp_silence_timeout = 10s;
/// Nesting of AMF0 objects; real encoders use two levels.
constexpr int amf0_depth_max = 16;
/// Values in one AMF0 message, all objects and arrays together; OBS's metadata has 20.
constexpr std::size_t amf0_elements_max = 1024;
/// Before the stream key was accepted. Commands and metadata take a few KiB; larger: refused.
constexpr std::size_t rtmp_unauthenticated_message_bytes_max = 64 * KiB;
/// What one connection reads at once: a 10 Mbit/s encoder fills it 20 times a second.
constexpr std::size_t rtmp_read_buffer_bytes = 64 * KiB;
/// After the last words to an encoder, for it to read them before the connection is cut.
constexpr auto rtmp_linger_timeout = 2s;
/// Tracks in one Enhanced RTMP multitrack message. More: the message is dropped.
constexpr std::size_t flv_tracks_max = 32;

// Ingest -------------------------------------------------------------------------------------

/// How long a stream's start waits for its second track (media time): OBS's first audio and video
/// may be a second apart. After it the tracks that came are published.
constexpr auto ingest_probe_window = 2000ms;
/// How long it waits for a keyframe once video has shown itself; x264's default GOP at 25 fps is
/// 10 s. After it audio goes alone, and video joins at its keyframe.
constexpr auto ingest_keyframe_wait = 12'000ms;
/// A track that stays away this long (media time) leaves; the other goes on alone.
constexpr auto ingest_track_gone_after = 10'000ms;
/// Packets and bytes held meanwhile; the oldest are dropped.
constexpr std::size_t ingest_probe_packets_max = 2000;
/// Two seconds at 50 Mbit/s are 12 MiB.
constexpr std::size_t ingest_probe_bytes_max = 16 * MiB;
/// Beyond it a track's timestamp is a jump of the encoder's clock, not a pause: a new epoch begins.
constexpr auto ingest_forward_jump_min = 10'000ms;
/// The same backwards; encoders step back by a frame or two, never by more than this.
constexpr auto ingest_backward_jump_min = 500ms;
/// Added to all timestamps, so that a track that starts a little before the first packet, and
/// pictures shown before they are decoded, stay above zero.
constexpr auto ingest_timeline_start = 10'000ms;
/// RTMP's milliseconds jitter by 1, and encoders' by tens; above this audio has lost its place.
constexpr auto ingest_audio_drift_max = 80ms;
/// An encoder that another one displaced is refused for this long, so that two that reconnect by
/// themselves change places once a minute at most.
constexpr auto takeover_refused_for = 60s;
/// Unless its successor has sent no media for longer than this.
constexpr auto takeover_silence = 2000ms;
/// Displaced addresses remembered for one stream. More: the oldest may come back early.
constexpr std::size_t takeover_addresses_max = 16;
/// Packets on their way to a stream whose thread is another than the connection's; ~20 s of them.
/// More: that thread is stuck, and the encoder is told to connect again.
constexpr std::size_t ingest_packets_under_way_max = 2000;
/// A stream that was live when the server stopped waits for its encoder again if that is no longer
/// ago than this; otherwise it has ended.
constexpr auto stream_resumed_within = 300s;
/// Default of live.reconnect_window_s: encoders reconnect after 2 to 10 s.
constexpr std::int64_t reconnect_window_s = 15;
/// Default of rtmp.connections_max: an encoder costs a 64 KiB buffer. More: refused.
constexpr std::size_t rtmp_connections_max = 1024;

// TLS ----------------------------------------------------------------------------------------

/// A handshake takes two round trips; a peer that needs longer is cut.
constexpr auto tls_handshake_timeout = 10s;
/// Certificates change every few weeks; two looks after a change the new one is served.
constexpr auto tls_certificate_look_interval = 2s;

// HTTP ---------------------------------------------------------------------------------------

/// Request line and headers together; nginx allows 32 KiB, browsers send 1-2. Larger: 431.
constexpr std::size_t http_head_bytes_max = 16 * KiB;
/// Browsers send about 20. More: 431.
constexpr std::size_t http_headers_max = 100;
/// JSON of the API. What uploads more says so itself. Larger: 413.
constexpr std::size_t http_body_bytes_max = 64 * KiB;
/// From the first byte of a request to its last.
constexpr auto http_request_timeout = 10s;
/// Idle between two requests; nginx's default as well. Past it: the connection is closed.
constexpr auto http_keep_alive_timeout = 75s;
/// A reader that takes longer than this for one response is cut (slow readers cost memory).
constexpr auto http_write_timeout = 30s;
/// After the last answer on a connection we end, for the peer to read it before the socket goes.
constexpr auto http_linger_timeout = 2s;
/// Per process; accept pauses above it. The descriptor limit here is 20,000.
constexpr std::size_t http_connections_max = 16'000;
/// From one address: an office behind one router, or hundreds of phones behind one of a carrier's.
/// Trusted proxies are not counted. More: the new connection is closed.
constexpr std::size_t http_connections_per_address_max = 1024;

// API ----------------------------------------------------------------------------------------

/// Answers kept for requests that come again with the same Idempotency-Key; a KiB each. More: the
/// oldest is forgotten, and its request would be carried out again.
constexpr std::size_t idempotent_answers_max = 4096;
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
/// The same for those who run a shop: they put a catalogue in from a file, a product and its
/// pictures a request each.
constexpr int api_staff_at_once_max = 300;
constexpr auto api_staff_refill = 50ms;  // 20 a second
/// Items of one page of a list.
constexpr std::size_t api_page_items_max = 100;
/// Where the client does not say.
constexpr std::size_t api_page_items_usual = 50;
/// Conditions of the server are looked at this often.
constexpr auto alarm_interval = 5s;
/// What happened once is told as an alarm for so long, or nobody would see it.
constexpr auto condition_lasts = 60s;

// Proxies ------------------------------------------------------------------------------------

/// A PROXY protocol header: 232 bytes of addresses at most, and what a load balancer adds (AWS and
/// Google tens of bytes, HAProxy a TLS subject of a few hundred). Larger: the connection is closed.
constexpr std::size_t proxy_header_bytes_max = 2 * KiB;
/// From accepting a connection to the whole header: a proxy sends it as soon as it is connected.
/// Past it: the connection is closed.
constexpr auto proxy_header_timeout = 5s;

// HTTP/2 -------------------------------------------------------------------------------------

/// Requests of one connection under way, those whose client has gone included; a page has a dozen
/// (RFC 9113, 6.5.2 recommends 100). More: refused, the client may try again.
constexpr std::uint32_t h2_streams_max = 128;
/// Request bodies of one connection held together, by its flow control. More is not sent.
constexpr std::size_t h2_body_bytes_max = 1 * MiB;
/// A head on the wire while it has not ended: larger than any that http_head_bytes_max lets pass,
/// padding included. More: ENHANCE_YOUR_CALM.
constexpr std::size_t h2_head_block_bytes_max = 2 * http_head_bytes_max + 16 * KiB;
/// Streams that a client resets: whoever closes a page resets all that it was loading.
/// More: ENHANCE_YOUR_CALM.
constexpr double h2_resets_at_once_max = 256;
/// The same in the long run; a player that seeks resets a few.
constexpr double h2_resets_per_second_max = 16;
/// PING, SETTINGS and the like; browsers send a few in a minute. More: ENHANCE_YOUR_CALM.
constexpr double h2_control_frames_at_once_max = 512;
/// The same in the long run.
constexpr double h2_control_frames_per_second_max = 32;
/// What is read and encrypted before it is sent: two frames, each one TLS record of 16 KiB.
constexpr std::size_t h2_output_bytes = 32 * KiB;
/// Fields of a response that fit without a second allocation.
constexpr std::size_t h2_response_fields_usual = 24;

// Loops --------------------------------------------------------------------------------------

/// How often deadlines are looked at: a peer may exceed its time by this much.
constexpr auto sweep_interval = 250ms;
/// What a stopping loop gives its tasks to end after their streams were closed under them.
constexpr auto loop_stop_timeout = 5s;
/// Connections accepted in a row before others get their turn.
constexpr int accept_burst_max = 64;
/// Without free descriptors: how long accepting pauses.
constexpr auto accept_pause = 100ms;
/// Connections the kernel completes for us while we are busy (somaxconn caps it).
constexpr int listen_backlog = 4096;

// Live ---------------------------------------------------------------------------------------

/// Bytes of one part before it is published; 50 Mbit/s for a second are 6 MiB. Larger: the part
/// is closed early.
constexpr std::size_t part_bytes_max = 16 * MiB;
/// Samples in one part: 120 fps video plus 47 audio frames a second, doubled.
constexpr std::size_t part_samples_max = 512;
/// An AAC frame has at most 768 bytes a channel (ISO/IEC 14496-3, 4.5.3). Larger: dropped.
constexpr std::size_t audio_frame_bytes_max = 64 * KiB;
/// Bytes of one stream's segments, listed or still fetchable: 78 s at 50 Mbit/s are 490 MB. More:
/// the live window gets shorter, down to three target durations.
constexpr std::size_t live_bytes_max = 512 * MiB;
/// Segments of one playlist: 60 s hold 30 of the usual 2 s. More (an encoder that changes its
/// parameters every frame): the oldest go.
constexpr std::size_t live_segments_max = 512;
/// Segments that wait for the recordings' disk: a minute of 16 streams. More: they are left out of
/// the recording, and an alarm is raised.
constexpr std::size_t recording_queue_segments_max = 512;
/// Their bytes, which stay in memory meanwhile: a minute of ten streams at 3 Mbit/s are 225 MB. The
/// same happens.
constexpr std::uint64_t recording_queue_bytes_max = 256 * MiB;
/// What a stopping server gives the disk to take what still waits.
constexpr auto recording_stop_timeout = 5s;
/// Default of recording.keep_free_mb: the database and the logs live on that disk as well. Below it
/// segments are left out of the recording.
constexpr std::int64_t recording_keep_free_mb = 1024;
/// Streams one server remembers, those that ended a short while ago included. More: the one that
/// ended first is forgotten.
constexpr std::size_t live_streams_max = 2048;
/// One sample of a stream's chart: long enough to hold a keyframe interval of 2 s.
constexpr auto stream_sample_interval = 2000ms;
/// Ten minutes of them, 12 KB a stream. More: the oldest go.
constexpr std::size_t stream_samples_max = 300;
/// After a stream's end: its host looks at the chart to see why.
constexpr auto stream_history_kept_for = 600s;
/// Viewer ids remembered for one channel; above it counting saturates and says so in metrics.
constexpr std::size_t viewers_counted_max = 200'000;
/// Pages report every 15 s; one lost report must not make a viewer blink.
constexpr auto viewer_counted_for = 30s;
/// Every channel is held in memory (~300 bytes). More: creating one is refused.
constexpr std::size_t channels_max = 10'000;

// Posters ------------------------------------------------------------------------------------

/// A live channel's poster is renewed so often: home shows what is going on, and a stream of 1080p
/// costs a thousandth of a core.
constexpr auto poster_interval = 10'000ms;
/// A card on home is 320 CSS pixels wide at most, on screens of two pixels each.
constexpr std::uint32_t poster_width_max_px = 640;
/// 9:16 at that width has 1138. Taller: the poster is narrower.
constexpr std::uint32_t poster_height_max_px = 1280;
/// DCI 4K; three such frames are 42 MB. Larger: the stream has no poster.
constexpr std::int64_t poster_source_pixels_max = std::int64_t{4096} * 2304;
/// A busy picture of 640x360 has 60 KiB. Larger: the poster is not renewed.
constexpr std::size_t poster_bytes_max = 512 * KiB;
/// For whoever read the channel's answer a moment ago, through a cache. Older ones: 404.
constexpr std::size_t posters_of_channel_max = 3;
/// Channels with a poster, live or not: as many as there are streams. More: the one whose poster
/// is oldest loses it.
constexpr std::size_t poster_channels_max = live_streams_max;
/// Keyframes that wait to be drawn; each holds its segment in memory. 256 take about 4 s. More: a
/// stream asks again with its next keyframe.
constexpr std::size_t poster_queue_max = 256;
/// How often a live stream's poster goes to the disk, for the day the power fails.
constexpr auto poster_saved_every = 60s;
/// What a stopping server gives the disk to take the last posters.
constexpr auto poster_stop_timeout = 2s;

static_assert(sessions_ended_at_once < sessions_max);
static_assert(rtmp_message_bytes_max <= rtmp_partial_bytes_max);
static_assert(rtmp_message_bytes_max <= 0xFFFFFF, "the length field has 24 bits");
static_assert(part_bytes_max >= rtmp_message_bytes_max);
static_assert(price_minor_max * order_line_quantity_max <
              INT64_MAX / 100 / static_cast<std::int64_t>(order_lines_max));

}  // namespace shopcast::limits
