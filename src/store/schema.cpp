#include "store/schema.hpp"

#include <array>
#include <string>

namespace shopcast::store {
namespace {

// Steps are only ever appended: step N brings user_version N to N + 1.
constexpr std::array steps{
    R"sql(
CREATE TABLE channel (
    name            TEXT PRIMARY KEY,
    title           TEXT NOT NULL,
    stream_key_hash BLOB NOT NULL UNIQUE,
    created_at_ms   INTEGER NOT NULL
) STRICT;
CREATE TABLE stream (
    id            TEXT PRIMARY KEY,
    channel       TEXT NOT NULL REFERENCES channel(name),
    started_at_ms INTEGER NOT NULL,
    ended_at_ms   INTEGER,
    end_reason    TEXT
) STRICT;
CREATE INDEX stream_by_channel ON stream(channel, started_at_ms);
)sql",
    // How far a live stream has come, so that it goes on after a restart.
    R"sql(
ALTER TABLE stream ADD COLUMN alive_at_ms     INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stream ADD COLUMN next_msn        INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stream ADD COLUMN discontinuities INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stream ADD COLUMN next_epoch      INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stream ADD COLUMN part_target_ms  INTEGER NOT NULL DEFAULT 0;
CREATE INDEX stream_open ON stream(channel) WHERE ended_at_ms IS NULL;
)sql",
    // People. Sessions, API tokens, links and recovery codes are there by their SHA-256 alone,
    // passwords by Argon2id. A TOTP secret has to be there itself: both sides compute with it.
    // An account that was deleted keeps its row, with nothing but id and login in it.
    R"sql(
CREATE TABLE shop (
    id   TEXT PRIMARY KEY,
    name TEXT NOT NULL
) STRICT;
INSERT INTO shop(id, name) VALUES ('main', 'shopcast');
ALTER TABLE channel ADD COLUMN shop TEXT NOT NULL DEFAULT 'main';
CREATE TABLE account (
    id              TEXT PRIMARY KEY,
    login           TEXT NOT NULL UNIQUE,
    display_name    TEXT NOT NULL,
    email           TEXT,
    email_verified  INTEGER NOT NULL DEFAULT 0,
    language        TEXT NOT NULL,
    password_hash   TEXT NOT NULL,
    totp_secret     BLOB,
    totp_last_step  INTEGER NOT NULL DEFAULT 0,
    disabled        INTEGER NOT NULL DEFAULT 0,
    created_at_ms   INTEGER NOT NULL,
    last_seen_at_ms INTEGER,
    deleted_at_ms   INTEGER
) STRICT;
CREATE INDEX account_by_email ON account(email COLLATE NOCASE) WHERE email IS NOT NULL;
CREATE TABLE role_grant (
    account       TEXT NOT NULL REFERENCES account(id),
    role          TEXT NOT NULL,
    shop          TEXT NOT NULL,
    granted_at_ms INTEGER NOT NULL,
    granted_by    TEXT REFERENCES account(id),
    PRIMARY KEY (account, role, shop)
) STRICT;
CREATE INDEX role_grant_by_shop ON role_grant(shop);
CREATE TABLE session (
    hash            BLOB PRIMARY KEY,
    id              TEXT NOT NULL UNIQUE,
    account         TEXT NOT NULL REFERENCES account(id),
    over_tls        INTEGER NOT NULL,
    created_at_ms   INTEGER NOT NULL,
    last_seen_at_ms INTEGER NOT NULL,
    expires_at_ms   INTEGER NOT NULL,
    address         TEXT NOT NULL,
    user_agent      TEXT NOT NULL
) STRICT;
CREATE INDEX session_by_account ON session(account);
CREATE TABLE api_token (
    hash            BLOB PRIMARY KEY,
    id              TEXT NOT NULL UNIQUE,
    account         TEXT NOT NULL REFERENCES account(id),
    name            TEXT NOT NULL,
    scopes          TEXT NOT NULL,
    created_at_ms   INTEGER NOT NULL,
    last_used_at_ms INTEGER,
    expires_at_ms   INTEGER
) STRICT;
CREATE INDEX api_token_by_account ON api_token(account);
CREATE TABLE one_time_link (
    hash          BLOB PRIMARY KEY,
    kind          TEXT NOT NULL,
    account       TEXT REFERENCES account(id),
    email         TEXT NOT NULL,
    expires_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX one_time_link_by_account ON one_time_link(account, kind);
CREATE INDEX one_time_link_by_end ON one_time_link(expires_at_ms);
CREATE TABLE totp_recovery_code (
    account TEXT NOT NULL REFERENCES account(id),
    hash    BLOB NOT NULL,
    PRIMARY KEY (account, hash)
) STRICT;
CREATE TABLE mail (
    id             TEXT PRIMARY KEY,
    kind           TEXT NOT NULL,
    account        TEXT NOT NULL REFERENCES account(id),
    recipient      TEXT NOT NULL,
    created_at_ms  INTEGER NOT NULL,
    next_try_at_ms INTEGER NOT NULL,
    tries          INTEGER NOT NULL
) STRICT;
CREATE INDEX mail_by_account ON mail(account);
CREATE TABLE audit (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms   INTEGER NOT NULL,
    actor   TEXT REFERENCES account(id),
    action  TEXT NOT NULL,
    target  TEXT NOT NULL,
    shop    TEXT,
    address TEXT NOT NULL,
    detail  TEXT NOT NULL
) STRICT;
CREATE INDEX audit_by_actor ON audit(actor, seq);
CREATE INDEX audit_by_action ON audit(action, seq);
)sql",
    // A removed channel leaves its name behind. What a stream's host and operators read later.
    R"sql(
ALTER TABLE channel ADD COLUMN key_changed_at_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE channel ADD COLUMN removed_at_ms     INTEGER;
UPDATE channel SET key_changed_at_ms = created_at_ms;
ALTER TABLE stream ADD COLUMN viewers_peak INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stream ADD COLUMN encoder      TEXT;
ALTER TABLE stream ADD COLUMN address      TEXT;
ALTER TABLE stream ADD COLUMN last_error   TEXT;
CREATE INDEX stream_by_start ON stream(started_at_ms DESC, id DESC);
)sql",
    // The shop. Only the allocator writes here; ids and numbers come from its one sequence.
    // Accounts are those of the module people, by id. The words of the states are in shop/states.
    R"sql(
CREATE TABLE allocator (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    epoch       INTEGER NOT NULL,
    last_number INTEGER NOT NULL
) STRICT;
INSERT INTO allocator VALUES (1, 0, 0);
-- By which a payment provider's account tells several data folders apart.
CREATE TABLE installation (
    id TEXT PRIMARY KEY
) STRICT;
INSERT INTO installation VALUES (lower(hex(randomblob(8))));
CREATE TABLE sku (
    id            INTEGER PRIMARY KEY,
    shop          TEXT NOT NULL,
    name          TEXT NOT NULL,
    price_minor   INTEGER NOT NULL CHECK (price_minor >= 0),
    currency      TEXT NOT NULL,
    tax_percent   INTEGER NOT NULL,
    per_order_max INTEGER NOT NULL,
    on_sale       INTEGER NOT NULL
) STRICT;
CREATE TABLE deal (
    id              INTEGER PRIMARY KEY,
    sku             INTEGER NOT NULL REFERENCES sku(id),
    price_minor     INTEGER NOT NULL CHECK (price_minor >= 0),
    currency        TEXT NOT NULL,
    quantity        INTEGER NOT NULL,
    per_account_max INTEGER NOT NULL,
    starts_at_ms    INTEGER NOT NULL,
    ends_at_ms      INTEGER NOT NULL,
    state           TEXT NOT NULL
) STRICT;
CREATE TABLE coupon (
    id              INTEGER PRIMARY KEY,
    shop            TEXT NOT NULL,
    code            TEXT NOT NULL,
    percent_off     INTEGER NOT NULL,
    minor_off       INTEGER NOT NULL,
    minimum_minor   INTEGER NOT NULL,
    per_account_max INTEGER NOT NULL,
    ends_at_ms      INTEGER NOT NULL,
    UNIQUE (shop, code)
) STRICT;
-- Of skus, deals and coupons, by their ids. The CHECK is the last defence against overselling.
CREATE TABLE stock (
    pool    INTEGER PRIMARY KEY,
    on_hand INTEGER NOT NULL,
    held    INTEGER NOT NULL,
    sold    INTEGER NOT NULL,
    CHECK (held >= 0 AND sold >= 0 AND on_hand >= held + sold)
) STRICT;
-- Append only: a pool's on_hand and sold are the sums of its moves.
CREATE TABLE stock_move (
    number  INTEGER PRIMARY KEY,
    pool    INTEGER NOT NULL,
    on_hand INTEGER NOT NULL,
    sold    INTEGER NOT NULL,
    reason  TEXT NOT NULL,
    subject INTEGER,
    at_ms   INTEGER NOT NULL
) STRICT;
CREATE TABLE reservation (
    id             INTEGER PRIMARY KEY,
    account        TEXT NOT NULL,
    key            TEXT,
    request_hash   INTEGER,
    order_id       INTEGER,
    sku            INTEGER NOT NULL,
    pool           INTEGER NOT NULL,
    quantity       INTEGER NOT NULL CHECK (quantity > 0),
    price_minor    INTEGER NOT NULL,
    currency       TEXT NOT NULL,
    state          TEXT NOT NULL,
    made_at_ms     INTEGER NOT NULL,
    expires_at_ms  INTEGER NOT NULL,
    resolved_at_ms INTEGER
) STRICT;
CREATE UNIQUE INDEX reservation_key ON reservation(account, key) WHERE key IS NOT NULL;
CREATE INDEX reservation_held ON reservation(id) WHERE state = 'HELD';
CREATE INDEX reservation_expired ON reservation(resolved_at_ms) WHERE state = 'EXPIRED';
CREATE TABLE orders (
    id             INTEGER PRIMARY KEY,
    account        TEXT NOT NULL,
    shop           TEXT NOT NULL,
    key            TEXT,
    request_hash   INTEGER,
    state          TEXT NOT NULL,
    stage          INTEGER NOT NULL,
    currency       TEXT NOT NULL,
    coupon         INTEGER,
    coupon_taken   INTEGER NOT NULL,
    discount_minor INTEGER NOT NULL,
    shipping_minor INTEGER NOT NULL,
    tax_minor      INTEGER NOT NULL,
    total_minor    INTEGER NOT NULL,
    ship_to        TEXT NOT NULL,
    placed_at_ms   INTEGER NOT NULL,
    pay_by_ms      INTEGER NOT NULL,
    expires_at_ms  INTEGER NOT NULL,
    extended       INTEGER NOT NULL,
    UNIQUE (account, key)
) STRICT;
CREATE INDEX orders_open ON orders(id) WHERE state IN ('PENDING_PAYMENT', 'REFUND_PENDING');
CREATE INDEX orders_with_coupon ON orders(coupon) WHERE coupon_taken = 1;
CREATE TABLE order_line (
    order_id       INTEGER NOT NULL REFERENCES orders(id),
    line           INTEGER NOT NULL,
    sku            INTEGER NOT NULL,
    pool           INTEGER NOT NULL,
    name           TEXT NOT NULL,
    quantity       INTEGER NOT NULL CHECK (quantity > 0),
    price_minor    INTEGER NOT NULL,
    discount_minor INTEGER NOT NULL,
    tax_percent    INTEGER NOT NULL,
    tax_minor      INTEGER NOT NULL,
    refunded_units INTEGER NOT NULL CHECK (refunded_units <= quantity),
    PRIMARY KEY (order_id, line)
) STRICT, WITHOUT ROWID;
CREATE TABLE order_event (
    number   INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL,
    state    TEXT NOT NULL,
    note     TEXT NOT NULL,
    at_ms    INTEGER NOT NULL
) STRICT;
CREATE INDEX order_event_by_order ON order_event(order_id);
CREATE TABLE payment (
    order_id       INTEGER PRIMARY KEY REFERENCES orders(id),
    id             INTEGER NOT NULL,
    provider_ref   TEXT NOT NULL,
    state          TEXT NOT NULL,
    captured_minor INTEGER NOT NULL,
    refunded_minor INTEGER NOT NULL,
    CHECK (refunded_minor <= captured_minor)
) STRICT;
CREATE INDEX payment_open ON payment(order_id)
    WHERE state IN ('CREATED', 'REQUIRES_ACTION', 'AUTHORIZED', 'FAILED', 'UNKNOWN');
CREATE TABLE refund (
    id           INTEGER PRIMARY KEY,
    order_id     INTEGER NOT NULL REFERENCES orders(id),
    account      TEXT NOT NULL,
    key          TEXT,
    request_hash INTEGER,
    minor        INTEGER NOT NULL,
    state        TEXT NOT NULL,
    made_at_ms   INTEGER NOT NULL,
    UNIQUE (account, key)
) STRICT;
CREATE INDEX refund_by_order ON refund(order_id);
-- Webhooks that were applied, in the transaction that applied them.
CREATE TABLE webhook_event (
    id    TEXT PRIMARY KEY,
    at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)sql",
    // What is told of the stock, beside it: products in two languages, their pictures and options,
    // carts and addresses. `product_search` holds their words as Hangul letters (shop/jamo).
    R"sql(
CREATE TABLE category (
    shop    TEXT NOT NULL REFERENCES shop(id),
    id      TEXT NOT NULL,
    name_ko TEXT NOT NULL,
    name_en TEXT NOT NULL,
    place   INTEGER NOT NULL,
    PRIMARY KEY (shop, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE product (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    shop           TEXT NOT NULL,
    category       TEXT NOT NULL,
    name_ko        TEXT NOT NULL,
    name_en        TEXT NOT NULL,
    description_ko TEXT NOT NULL,
    description_en TEXT NOT NULL,
    option_ko      TEXT NOT NULL,
    option_en      TEXT NOT NULL,
    hidden         INTEGER NOT NULL,
    created_at_ms  INTEGER NOT NULL,
    changed_at_ms  INTEGER NOT NULL,
    version        INTEGER NOT NULL,
    FOREIGN KEY (shop, category) REFERENCES category(shop, id)
) STRICT;
CREATE INDEX product_by_shop ON product(shop, category);
CREATE VIRTUAL TABLE product_search USING fts5(jamo, tokenize = 'trigram');
-- An option of a product is a sku.
CREATE TABLE product_sku (
    sku       INTEGER PRIMARY KEY REFERENCES sku(id),
    product   INTEGER NOT NULL REFERENCES product(id),
    option_ko TEXT NOT NULL,
    option_en TEXT NOT NULL
) STRICT;
CREATE INDEX product_sku_by_product ON product_sku(product);
CREATE TABLE picture (
    id         TEXT PRIMARY KEY,
    shop       TEXT NOT NULL,
    width      INTEGER NOT NULL,
    height     INTEGER NOT NULL,
    made_at_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE product_picture (
    product INTEGER NOT NULL REFERENCES product(id),
    place   INTEGER NOT NULL,
    picture TEXT NOT NULL REFERENCES picture(id),
    PRIMARY KEY (product, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX deal_open ON deal(sku) WHERE state <> 'ENDED';
CREATE TABLE cart (
    account TEXT NOT NULL REFERENCES account(id),
    shop    TEXT NOT NULL,
    version INTEGER NOT NULL,
    coupon  TEXT NOT NULL,
    PRIMARY KEY (account, shop)
) STRICT, WITHOUT ROWID;
CREATE TABLE cart_line (
    account          TEXT NOT NULL,
    shop             TEXT NOT NULL,
    sku              INTEGER NOT NULL,
    quantity         INTEGER NOT NULL CHECK (quantity > 0),
    seen_price_minor INTEGER NOT NULL,
    place            INTEGER NOT NULL,
    PRIMARY KEY (account, shop, sku),
    FOREIGN KEY (account, shop) REFERENCES cart(account, shop)
) STRICT, WITHOUT ROWID;
CREATE TABLE address (
    account       TEXT PRIMARY KEY REFERENCES account(id),
    content       TEXT NOT NULL,
    changed_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- An account that is deleted leaves no address behind; its orders keep theirs, as the law wants.
CREATE TRIGGER account_deleted AFTER UPDATE OF deleted_at_ms ON account
WHEN NEW.deleted_at_ms IS NOT NULL BEGIN
    DELETE FROM address WHERE account = NEW.id;
    DELETE FROM cart_line WHERE account = NEW.id;
    DELETE FROM cart WHERE account = NEW.id;
END;
)sql",
};

Result<std::int64_t> version_of(Database& database) {
    Statement query = TRY(database.prepare("PRAGMA user_version"));
    TRY_VOID(query.step());
    return query.integer(0);
}

}  // namespace

Result<void> migrate(Database& database) {
    const std::int64_t version = TRY(version_of(database));
    if (version > static_cast<std::int64_t>(steps.size())) {
        return fail(Errc::Config, "the data folder was written by a newer shopcast (schema " +
                                      std::to_string(version) + ", this program knows " +
                                      std::to_string(steps.size()) +
                                      "); start that version or another folder");
    }
    for (auto step = static_cast<std::size_t>(version); step < steps.size(); ++step) {
        const std::string sql = std::string("BEGIN IMMEDIATE;") + steps[step] +
                                "PRAGMA user_version=" + std::to_string(step + 1) + "; COMMIT;";
        TRY_VOID(database.execute(sql.c_str()));
    }
    return {};
}

Result<std::string> installation_of(Database& database) {
    Statement query = TRY(database.prepare("SELECT id FROM installation"));
    if (!TRY(query.step())) return fail(Errc::Malformed, "the database does not know its own name");
    return std::string(query.text(0));
}

}  // namespace shopcast::store
