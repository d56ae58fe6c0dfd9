#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "audit/deed.hpp"
#include "shop/core/records.hpp"

namespace shopcast::shop {

/// Rows of one table that a batch makes or changes; each is written once, as it is at the end.
template <typename Row>
class ChangedRows {
public:
    struct Entry {
        Row row;
        bool is_new;
    };

    void insert(Row row) {
        ++writes_;
        place_.emplace(row.id.value, entries_.size());
        entries_.push_back({std::move(row), true});
    }
    void update(Row row) {
        ++writes_;
        const auto [found, first] = place_.try_emplace(row.id.value, entries_.size());
        if (first) {
            entries_.push_back({std::move(row), false});
        } else {
            entries_[found->second].row = std::move(row);
        }
    }
    const std::vector<Entry>& entries() const { return entries_; }
    bool empty() const { return entries_.empty(); }
    /// How often insert() and update() were called.
    std::size_t writes() const { return writes_; }

private:
    std::vector<Entry> entries_;
    std::size_t writes_ = 0;
    std::unordered_map<std::int64_t, std::size_t> place_;
};

/// One request to a provider. Its idempotency key is made of the payment's or refund's id and the
/// kind, so that asking twice does it once.
struct ProviderRequest {
    RequestKind kind = RequestKind::Fetch;
    OrderId order;
    PaymentId payment;
    Money amount;  ///< Of CreateIntent, Capture and Refund.
    RefundId refund;
    std::string provider_ref;
    std::int64_t placed_at_ms = 0;  ///< Of the order: with its number it is like no other.
};

/// A webhook, so that it is applied once.
struct AppliedEvent {
    std::string id;
    WallTime at;
};

/// What somebody answers for among the decisions.
struct DoneDeed {
    audit::Deed deed;
    WallTime at;
};

/// An order and which of its rows a batch makes or changes.
struct ChangedOrder {
    Order order;
    bool is_new = false;
    bool lines_changed = false;
    bool refund_is_new = false;
    std::optional<std::int64_t> cart_version{};  ///< Of a new one: the cart that it empties.
};

/// Everything that a run of decisions changed: made durable in one transaction, or not at all.
struct Batch {
    /// The owner's number: a sink refuses a batch of an owner that another has replaced.
    std::int64_t epoch = 0;
    /// The sequence before and after; a sink refuses a batch that does not join on.
    std::int64_t number_before = 0;
    std::int64_t number_after = 0;

    ChangedRows<Sku> skus;
    ChangedRows<Deal> deals;
    ChangedRows<Coupon> coupons;
    ChangedRows<Reservation> reservations;
    std::vector<ChangedOrder> orders;
    std::vector<OrderEvent> order_events;
    std::vector<StockMove> moves;
    std::vector<AppliedEvent> applied_events;
    std::unordered_map<PoolId, Counters, IdHash> counters;
    std::vector<DoneDeed> deeds;

    /// Not written: to be asked once the rest is durable.
    std::vector<ProviderRequest> asks;

    /// Grows with every decision that changes something; each of an order makes a number.
    std::int64_t writes() const {
        return number_after + static_cast<std::int64_t>(skus.writes() + deals.writes() +
                                                        coupons.writes() + reservations.writes());
    }
    /// Of what pages show of skus and deals.
    bool changes_the_stock() const { return !counters.empty() || !skus.empty() || !deals.empty(); }

    bool has_rows() const {
        return number_after != number_before || !counters.empty() || !reservations.empty() ||
               !orders.empty() || !skus.empty() || !deals.empty() || !applied_events.empty() ||
               !deeds.empty();
    }
};

}  // namespace shopcast::shop
