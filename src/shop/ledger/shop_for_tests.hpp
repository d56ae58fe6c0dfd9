#pragma once

#include <stdlib.h>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>
#include <optional>
#include <string>

#include "audit/schema.hpp"
#include "shop/core/testing.hpp"
#include "shop/ledger/schema.hpp"
#include "shop/ledger/sqlite_sink.hpp"

/// A shop with its database for tests, and records as texts that name every field: two records with
/// equal texts are equal.
namespace shopcast::shop::test {

/// A database of this schema in a folder that goes away with it.
struct Folder {
    Folder() {
        char name[] = "/tmp/shopcast-test-XXXXXX";
        path = ::mkdtemp(name);
        database.emplace(
            store::Database::open(path / "shopcast.db", store::Database::Mode::ReadWrite).value());
        execute("PRAGMA synchronous = OFF");  // nobody pulls the plug
        const auto migrated = store::migrate(*database, {&audit::schema(), &shop::schema()});
        REQUIRE(migrated);
    }
    ~Folder() {
        database.reset();
        std::filesystem::remove_all(path);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    void execute(const std::string& sql) { REQUIRE(database->execute(sql.c_str())); }
    std::int64_t integer(const std::string& sql) {
        store::Statement query = database->prepare(sql).value();
        REQUIRE(query.step().value());
        return query.integer(0);
    }

    std::filesystem::path path;
    std::optional<store::Database> database;
};

/// An allocator whose every decision is committed before it is told.
struct DurableShop : Folder {
    explicit DurableShop(Rules with = {}) : rules(with) {
        sink = SqliteSink::create(*database).value();
        allocator = *Allocator::rebuild(sink->take_over({}).value(), rules, now);
    }
    ~DurableShop() { sink.reset(); }

    Decided ask(What what, const std::string& account = {}, const std::string& key = {}) {
        if (const auto id = order_of(what); id && !allocator->knows(*id)) {
            if (auto order = sink->find_order(*id).value()) allocator->adopt(*std::move(order));
        }
        const Decided answer =
            allocator->decide({std::move(what), AccountId(account), key, now}, Known{});
        asks.clear();
        const Batch batch = allocator->take_batch();
        for (const ProviderRequest& ask : batch.asks) asks.push_back(ask);
        REQUIRE(sink->commit(batch));
        return answer;
    }
    SkuId sku(std::int64_t units, std::int64_t price = 10'000, const std::string& shop = "main",
              const std::string& name = "lip\nLip") {
        const SkuId id(ask(PutSku{{.shop = shop, .name = name, .price = {price, Currency::Krw}}})
                           .receipt.number);
        if (units > 0) CHECK(ask(MoveStock{id, units, MoveReason::Received}).is_accepted());
        return id;
    }
    DealId deal(SkuId sku, std::int64_t quantity, std::int64_t price,
                std::int64_t per_account_max = 0) {
        const DealId id(ask(PutDeal{{.sku = sku,
                                     .price = {price, Currency::Krw},
                                     .quantity = quantity,
                                     .per_account_max = per_account_max,
                                     .starts_at = now,
                                     .ends_at = now + Milliseconds(600'000)}})
                            .receipt.number);
        CHECK(ask(StartDeal{id}).is_accepted());
        return id;
    }
    /// Placed, under a key of its own.
    Decided order(const std::string& account, std::vector<WantedLine> lines,
                  const std::string& coupon = {}) {
        const Decided placed =
            ask(PlaceOrder{.lines = std::move(lines), .coupon_code = coupon, .ship_to = "{}"},
                account, "order " + std::to_string(++keys));
        REQUIRE(placed.is_accepted());
        return placed;
    }
    void pay(const Decided& placed) {
        CHECK(ask(ReportPayment{.order = OrderId(placed.receipt.number),
                                .said = Said::Captured,
                                .amount = placed.receipt.price})
                  .is_accepted());
    }
    /// All of it, and the provider sends the money back.
    void refund(const Decided& placed, std::vector<RefundLine> lines = {}) {
        const OrderId id(placed.receipt.number);
        const Decided asked = ask(RefundOrder{id, std::move(lines)}, "staff");
        CHECK(asked.is_accepted());
        CHECK(
            ask(ReportPayment{
                    .order = id, .said = Said::Refunded, .refund = RefundId(asked.receipt.number)})
                .is_accepted());
    }

    Rules rules;
    WallTime now = opening;
    std::unique_ptr<SqliteSink> sink;
    std::optional<Allocator> allocator;
    std::vector<ProviderRequest> asks;  ///< Of the latest command.
    int keys = 0;
};

inline std::string text_of(const Money& money) {
    return fmt::format("{} {}", money.minor, to_string(money.currency));
}
inline std::string text_of(const Counters& c) {
    return fmt::format("{}/{}/{}", c.on_hand, c.held, c.sold);
}
inline std::string text_of(const Sku& sku) {
    return fmt::format("{} {} {} {} tax {} max {} sale {}", sku.id.value, sku.shop, sku.name,
                       text_of(sku.price), sku.tax_percent, sku.per_order_max, sku.on_sale);
}
inline std::string text_of(const Deal& deal) {
    return fmt::format("{} {} {} of {} max {} {}-{} {}", deal.id.value, deal.sku.value,
                       text_of(deal.price), deal.quantity, deal.per_account_max,
                       to_unix_ms(deal.starts_at), to_unix_ms(deal.ends_at), to_string(deal.state));
}
inline std::string text_of(const Coupon& coupon) {
    return fmt::format("{} {} {} {}% {} from {} max {} until {}", coupon.id.value, coupon.shop,
                       coupon.code, coupon.percent_off, coupon.minor_off, coupon.minimum_minor,
                       coupon.per_account_max, to_unix_ms(coupon.ends_at));
}
inline std::string text_of(const Reservation& r) {
    return fmt::format("{} {} {} {} order {} sku {} pool {} {} {} {} {}-{}", r.id.value,
                       r.account.value, r.key, r.request_hash, r.order.value, r.sku.value,
                       r.pool.value, r.quantity, text_of(r.unit_price), to_string(r.state),
                       to_unix_ms(r.made_at), to_unix_ms(r.expires_at));
}
inline std::string text_of(const OrderLine& line) {
    return fmt::format("{} {} {} {} {} -{} tax {}% {} back {}", line.sku.value, line.pool.value,
                       line.name, line.quantity, text_of(line.unit_price), line.discount_minor,
                       line.tax_percent, line.tax_minor, line.refunded_units);
}
inline std::string text_of(const Refund& r) {
    return fmt::format("{} {} {} {} {} {} {}", r.id.value, r.account.value, r.key, r.request_hash,
                       r.minor, to_string(r.state), to_unix_ms(r.made_at));
}
inline std::string text_of(const Order& o) {
    std::string text = fmt::format(
        "{} {} {} {} {} {} stage {} {} coupon {} {} -{} +{} tax {} = {} to {} {} {} {} {}\n",
        o.id.value, o.account.value, o.shop, o.key, o.request_hash, to_string(o.state),
        static_cast<int>(o.stage), to_string(o.currency), o.coupon.value, o.coupon_taken,
        o.discount_minor, o.shipping_minor, o.tax_minor, o.total_minor, o.ship_to,
        to_unix_ms(o.placed_at), to_unix_ms(o.pay_by), to_unix_ms(o.expires_at), o.extended);
    for (const OrderLine& line : o.lines) text += text_of(line) + "\n";
    const Payment& p = o.payment;
    text += fmt::format("{} {} {} {} {}\n", p.id.value, p.provider_ref, to_string(p.state),
                        p.captured_minor, p.refunded_minor);
    return text + text_of(o.refund);
}

}  // namespace shopcast::shop::test
