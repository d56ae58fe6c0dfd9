#include "faulty_sink.hpp"

namespace shopcast::simulation {

Result<void> FaultySink::commit(const shop::Batch& batch) {
    shop::Batch changed = batch;
    switch (mistake_) {
        case Mistake::AcknowledgeEarly: {
            const auto before = std::exchange(late_, std::move(changed));
            return before ? real_.commit(*before) : Result<void>();
        }
        case Mistake::IgnoreTheEpoch: TRY_VOID(adopt_epoch(changed)); break;
        case Mistake::ReuseAKey:
            for (shop::ChangedOrder& order : changed.orders) order.order.key.clear();
            break;
        default: break;
    }
    return real_.commit(changed);
}

Result<void> FaultySink::adopt_epoch(shop::Batch& batch) {
    store::Statement query =
        TRY(database_.prepare("SELECT epoch, last_number FROM allocator WHERE id = 1"));
    TRY_VOID(query.step());
    batch.epoch = query.integer(0);
    batch.number_before = query.integer(1);
    return {};
}

Result<std::optional<shop::AcceptedKey>> FaultySink::find_key(const shop::AccountId& account,
                                                              std::string_view key) {
    if (mistake_ == Mistake::ReuseAKey) return std::nullopt;
    return real_.find_key(account, key);
}

std::vector<shop::Demand> demand_line_by_line(std::span<const shop::OrderLine> lines) {
    std::vector<shop::Demand> demands;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        demands.push_back({lines[i].pool, lines[i].sku, lines[i].quantity, {i}});
    }
    return demands;
}

}  // namespace shopcast::simulation
