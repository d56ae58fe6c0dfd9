#pragma once

#include <optional>

#include "shop/core/pricing.hpp"
#include "shop/ledger/sqlite_sink.hpp"

namespace shopcast::simulation {

/// A mistake that a shop could be built with. The simulation makes each of them on purpose to show
/// that it would notice.
enum class Mistake {
    None,
    AcknowledgeEarly,  ///< A batch is called durable when only the one before it is.
    SkipTheSum,        ///< Lines are checked one by one (medusajs/medusa#16502).
    IgnoreTheEpoch,    ///< An owner that was replaced goes on selling.
    ReuseAKey,         ///< What was accepted under a key is forgotten.
    LyingDisk,         ///< Syncs do nothing.
};

/// A sink that makes one of those that a sink can make.
class FaultySink final : public shop::CommitSink {
public:
    FaultySink(shop::SqliteSink& real, store::Database& database, Mistake mistake)
        : real_(real), database_(database), mistake_(mistake) {}

    Result<shop::Snapshot> take_over(WallTime expired_since) override {
        return real_.take_over(expired_since);
    }
    Result<void> commit(const shop::Batch& batch) override;
    Result<void> for_each_key(
        WallTime since,
        const std::function<void(const shop::AccountId&, std::string_view)>& see) override {
        return real_.for_each_key(since, see);
    }
    Result<std::optional<shop::AcceptedKey>> find_key(const shop::AccountId& account,
                                                      std::string_view key) override;
    Result<bool> is_event_applied(std::string_view event_id) override {
        return real_.is_event_applied(event_id);
    }
    Result<std::optional<shop::Order>> find_order(shop::OrderId id) override {
        return real_.find_order(id);
    }

private:
    Result<void> adopt_epoch(shop::Batch& batch);

    shop::SqliteSink& real_;
    store::Database& database_;
    const Mistake mistake_;
    std::optional<shop::Batch> late_;
};

/// Without the sum.
std::vector<shop::Demand> demand_line_by_line(std::span<const shop::OrderLine> lines);

}  // namespace shopcast::simulation
