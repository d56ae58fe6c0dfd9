#pragma once

#include <memory>
#include <vector>

#include "shop/core/order_desk.hpp"
#include "shop/ledger/sqlite_sink.hpp"
#include "store/writer.hpp"

namespace shopcast::shop {

/// Runs the desk on the thread of the store's writer, ahead of every closure: orders and everything
/// else share one connection and never wait for each other's locks. Made before the writer, which
/// then gets it by put_first(), and destroyed after it.
class ShopWriter final : public store::Foremost {
public:
    explicit ShopWriter(OrderDesk& desk) : desk_(desk) {}
    /// Who has to know what is decided; outlives this. Before the writer has it.
    void observe(CommitObserver& observer) { observers_.push_back(&observer); }
    bool run(store::Database& database) override;

private:
    OrderDesk& desk_;
    std::vector<CommitObserver*> observers_;
    std::unique_ptr<SqliteSink> sink_;
};

}  // namespace shopcast::shop
