#include "shop/ledger/schema.hpp"

#include <array>

namespace shopcast::shop {
namespace {

// Steps are only ever appended.
constexpr std::array<std::string_view, 3> steps{R"sql(
CREATE TABLE allocator (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    epoch       INTEGER NOT NULL,
    last_number INTEGER NOT NULL
) STRICT;
INSERT INTO allocator VALUES (1, 0, 0);
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
CREATE INDEX deal_open ON deal(sku) WHERE state <> 'ENDED';
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
                                                R"sql(
CREATE TABLE category (
    shop    TEXT NOT NULL,
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
CREATE TABLE cart (
    account TEXT NOT NULL,
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
    account       TEXT PRIMARY KEY,
    content       TEXT NOT NULL,
    changed_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)sql",
                                                R"sql(
-- By what ledger/retention and catalogue/picture_retention look for what has had its time.
CREATE INDEX orders_for_nothing ON orders(placed_at_ms) WHERE state IN ('CANCELLED', 'EXPIRED');
CREATE INDEX reservation_released ON reservation(resolved_at_ms) WHERE state = 'RELEASED';
CREATE INDEX webhook_event_by_time ON webhook_event(at_ms);
-- When no product had it any more, or it was uploaded; and the bytes of its files.
ALTER TABLE picture RENAME COLUMN made_at_ms TO unused_since_ms;
ALTER TABLE picture ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
CREATE INDEX picture_of_shop ON picture(shop, bytes);
CREATE INDEX picture_by_time ON picture(unused_since_ms, id);
CREATE INDEX product_picture_by_picture ON product_picture(picture);
)sql"};

}  // namespace

const store::Schema& schema() {
    static const store::Schema mine{.module = "shop", .steps = steps};
    return mine;
}

}  // namespace shopcast::shop
