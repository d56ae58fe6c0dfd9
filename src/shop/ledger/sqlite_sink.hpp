#pragma once

#include <memory>
#include <vector>

#include "shop/core/commit_observer.hpp"
#include "shop/core/commit_sink.hpp"
#include "shop/ledger/order_reader.hpp"
#include "store/sqlite.hpp"

namespace shopcast::shop {

/// The shop's tables in SQLite, one transaction a batch. Every statement is prepared once. Lives on
/// the thread of `database`, and no longer than it.
class SqliteSink final : public CommitSink {
public:
    /// The observers outlive the sink, and are told one after the other.
    static Result<std::unique_ptr<SqliteSink>> create(store::Database& database,
                                                      std::vector<CommitObserver*> observers = {});

    Result<Snapshot> take_over(WallTime expired_since) override;
    /// What take_over() gives, without taking anything over.
    Result<Snapshot> read(WallTime expired_since);
    Result<void> commit(const Batch& batch) override;
    Result<void> for_each_key(
        WallTime since,
        const std::function<void(const AccountId&, std::string_view)>& see) override;
    Result<std::optional<AcceptedKey>> find_key(const AccountId& account,
                                                std::string_view key) override;
    Result<bool> is_event_applied(std::string_view event_id) override;
    Result<std::optional<Order>> find_order(OrderId id) override;

private:
    /// What commit() runs.
    struct Statements {
        store::Statement fence;
        store::Statement put_stock;
        store::Statement insert_move;
        store::Statement insert_sku, update_sku;
        store::Statement insert_deal, update_deal;
        store::Statement insert_coupon;
        store::Statement insert_reservation, resolve_reservation;
        store::Statement insert_order, update_order;
        store::Statement insert_line, update_line;
        store::Statement insert_order_event;
        store::Statement insert_payment, update_payment;
        store::Statement insert_refund, update_refund;
        store::Statement insert_webhook_event;
    };
    struct Lookups {
        store::Statement key, webhook_event;
    };
    static Result<Statements> prepare(store::Database& database);
    static Result<Lookups> prepare_lookups(store::Database& database);
    SqliteSink(store::Database& database, std::vector<CommitObserver*> observers,
               Statements statements, Lookups lookups, OrderReader orders)
        : database_(database),
          observers_(std::move(observers)),
          statements_(std::move(statements)),
          lookups_(std::move(lookups)),
          orders_(std::move(orders)) {}

    Result<void> write(const Batch& batch);
    Result<void> pass_fence(const Batch& batch);
    Result<void> write_catalogue(const Batch& batch);
    Result<void> write_stock(const Batch& batch);
    Result<void> write_reservations(const Batch& batch);
    Result<void> write_order(const ChangedOrder& changed);
    Result<void> write_lines(const ChangedOrder& changed);
    Result<void> write_money(const ChangedOrder& changed);
    Result<void> write_events(const Batch& batch);

    // sqlite_sink_load.cpp
    Result<void> load_sequence(Snapshot& snapshot);
    Result<void> load_catalogue(Snapshot& snapshot);
    Result<void> load_stock(Snapshot& snapshot);
    Result<void> load_accounts(Snapshot& snapshot, WallTime expired_since);
    Result<void> load_open(Snapshot& snapshot);

    store::Database& database_;
    const std::vector<CommitObserver*> observers_;
    Statements statements_;
    Lookups lookups_;
    OrderReader orders_;
};

}  // namespace shopcast::shop
