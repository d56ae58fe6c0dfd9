#include "shop/core/order_desk.hpp"

#include <algorithm>

#include "async/loop.hpp"
#include "audit/deed.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "shop/limits.hpp"

namespace shopcast::shop {
namespace {

metrics::Counter& commands_metric = metrics::counter(
    "shopcast_shop_commands_total", "Commands that the stock allocator has decided.");
metrics::Counter& batches_metric =
    metrics::counter("shopcast_shop_batches_total", "Transactions of the stock allocator.");
metrics::Counter& busy_metric = metrics::counter(
    "shopcast_shop_busy_total", "Commands refused because the allocator's queue was full.");
metrics::Counter& sold_out_metric =
    metrics::counter("shopcast_shop_sold_out_early_total",
                     "Requests told \"sold out\" without asking the allocator.");
metrics::Gauge& open_metric = metrics::gauge(
    "shopcast_shop_selling", "1: the stock's records agree and the shop sells. 0: it refuses.");

/// The deed of a command that was accepted, completed by what the decision says.
DoneDeed done_deed(Command& command, const Decided& answer) {
    audit::Deed deed = *std::move(command.deed);
    if (deed.target.ends_with('/')) deed.target += std::to_string(answer.receipt.number);
    if (std::holds_alternative<RefundOrder>(command.what)) {
        deed.detail.emplace_back("amount", std::to_string(answer.receipt.price.minor));
    }
    return {std::move(deed), command.at};
}

PoolId pool_of(SkuId sku, DealId deal) {
    return deal.value != 0 ? PoolId::of(deal) : PoolId::of(sku);
}

}  // namespace

OrderDesk::OrderDesk(Rules rules, const Clock& clock, Hooks hooks)
    : rules_(rules),
      clock_(clock),
      opened_at_wall_(clock.wall()),
      opened_at_(clock.steady()),
      hooks_(std::move(hooks)) {}

/// The wall's time when the desk was made, and what has passed since: a wall clock that is set
/// while holds run neither shortens nor lengthens them.
WallTime OrderDesk::now() const {
    return opened_at_wall_ + std::chrono::duration_cast<Milliseconds>(clock_.steady() - opened_at_);
}

void OrderDesk::submit(Command command, Done done) {
    if (auto answer = answer_without_queue(command)) {
        sold_out_metric.add();
        done(*std::move(answer));
        return;
    }
    // From here on this key may be accepted, also when nobody hears of it.
    if (!command.key.empty()) seen_.add(command.account, command.key);
    command.at = now();
    {
        const Lock lock(mutex_);
        if (queue_.size() - taken_ < limits::allocator_queue_max) {
            queue_.push_back({std::move(command), std::move(done), {}});
            done = nullptr;
        }
    }
    if (done) {
        busy_metric.add();
        done({.verdict = Verdict::Busy});
        return;
    }
    hooks_.wake();
}

async::Asked<Decided> OrderDesk::ask(async::Loop& loop, Command command) {
    return {loop, [this, command = std::move(command)](Done done) mutable {
                submit(std::move(command), std::move(done));
            }};
}

std::optional<Decided> OrderDesk::answer_without_queue(const Command& command) const {
    Decided answer{.verdict = Verdict::SoldOut};
    const auto look = [&](std::size_t line, SkuId sku, DealId deal, std::int64_t wanted) {
        const auto entry = board_.look(pool_of(sku, deal));
        if (entry && entry->is_sold_out()) {
            answer.shorts.push_back({.sku = sku, .lines = {line}, .wanted = wanted});
        }
    };
    if (const auto* hold = std::get_if<HoldStock>(&command.what)) {
        look(0, hold->sku, hold->deal, hold->quantity);
    } else if (const auto* order = std::get_if<PlaceOrder>(&command.what)) {
        for (std::size_t i = 0; i < order->lines.size(); ++i) {
            look(i, order->lines[i].sku, order->lines[i].deal, order->lines[i].quantity);
        }
    }
    if (answer.shorts.empty()) return std::nullopt;
    if (!command.key.empty() && seen_.may_have(command.account, command.key)) return std::nullopt;
    return answer;
}

bool OrderDesk::run(CommitSink& sink) {
    std::vector<Waiting> batch;
    const bool more = take_waiting(batch);
    if (owes_tick_) batch.push_back({{.what = Tick{}, .at = now()}, [](const Decided&) {}, {}});
    if (!allocator_ && !open(sink)) {
        refuse_all(batch, Verdict::NotSelling);
    } else if (!decide_all(batch, sink)) {
        return false;
    }
    for (Waiting& one : batch) one.done(std::move(one.answer));
    return more || owes_tick_;
}

bool OrderDesk::take_waiting(std::vector<Waiting>& batch) {
    const Lock lock(mutex_);
    const std::size_t count = std::min(queue_.size() - taken_, limits::allocator_batch_max);
    const auto first = queue_.begin() + static_cast<std::ptrdiff_t>(taken_);
    batch.assign(std::make_move_iterator(first),
                 std::make_move_iterator(first + static_cast<std::ptrdiff_t>(count)));
    taken_ += count;
    if (taken_ == queue_.size()) {
        queue_.clear();
        taken_ = 0;
    } else if (taken_ > limits::allocator_queue_max) {
        queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(taken_));
        taken_ = 0;
    }
    return taken_ < queue_.size();
}

bool OrderDesk::open(CommitSink& sink) {
    if (is_broken_) return false;
    const WallTime time = now();
    auto snapshot = sink.take_over(time - rules_.cool_down_window - rules_.cool_down);
    if (!snapshot) {
        if (snapshot.error().code == Errc::Io) hooks_.lost(snapshot.error());
        close(snapshot.error());
        return false;
    }
    const auto keys = sink.for_each_key(
        time - limits::seen_keys_of,
        [&](const AccountId& account, std::string_view key) { seen_.add(account, key); });
    // Also of a shop that will not sell: its pages show what its records say.
    shelves_.replace(*snapshot);
    auto allocator = Allocator::rebuild(*std::move(snapshot), rules_, time);
    if (!keys || !allocator) {
        close(keys ? allocator.error() : keys.error());
        return false;
    }
    allocator_ = *std::move(allocator);
    for (const auto& [pool, counters] : allocator_->counters()) board_.show(pool, counters);
    open_metric.set(1);
    const Lock lock(mutex_);
    is_closed_ = false;
    return true;
}

void OrderDesk::close(const Error& error) {
    allocator_.reset();
    owes_tick_ = false;
    open_metric.set(0);
    // A full disk may have room again, another program ends; records that disagree stay as they
    // are.
    is_broken_ = !is_undone(error);
    log::error("shop.not_selling", {{"reason", error.message}});
    closed_at_.happened(clock_.steady());
    const Lock lock(mutex_);
    is_closed_ = true;
    closed_because_ = error.message;
}

Result<Decided> OrderDesk::decide(const Command& command, CommitSink& sink) {
    Known known;
    if (!command.key.empty()) known.key = TRY(sink.find_key(command.account, command.key));
    if (const auto* report = std::get_if<ReportPayment>(&command.what)) {
        if (!report->event_id.empty()) {
            known.event_applied = TRY(sink.is_event_applied(report->event_id));
        }
    }
    const auto id = order_of(command.what);
    if (id && !allocator_->knows(*id)) {
        auto order = TRY(sink.find_order(*id));
        if (order) allocator_->adopt(*std::move(order));
    }
    return allocator_->decide(command, known);
}

/// False: the process has to end, and nobody is answered.
bool OrderDesk::decide_all(std::vector<Waiting>& batch, CommitSink& sink) {
    std::vector<DoneDeed> deeds;
    for (Waiting& one : batch) {
        const std::int64_t writes = allocator_->writes();
        auto answer = decide(one.command, sink);
        if (!answer) {
            hooks_.lost(answer.error());
            return false;
        }
        one.answer = *std::move(answer);
        const bool is_changed = allocator_->writes() != writes;
        if (one.command.deed && one.answer.verdict == Verdict::Accepted && is_changed) {
            deeds.push_back(done_deed(one.command, one.answer));
        }
    }
    commands_metric.add(batch.size());
    owes_tick_ = allocator_->is_behind() && std::ranges::any_of(batch, [](const Waiting& one) {
                     return std::holds_alternative<Tick>(one.command.what);
                 });
    Batch changes = allocator_->take_batch();
    changes.deeds = std::move(deeds);
    if (changes.has_rows()) {
        if (const auto done = sink.commit(changes); !done) {
            if (!is_undone(done.error())) {
                hooks_.lost(done.error());
                return false;
            }
            close(done.error());  // memory is ahead of the disk: begin again from what is there
            refuse_all(batch,
                       done.error().code == Errc::Busy ? Verdict::Busy : Verdict::NotSelling);
            return true;
        }
        batches_metric.add();
    }
    for (const auto& [pool, counters] : changes.counters) board_.show(pool, counters);
    shelves_.apply(changes);
    for (const ProviderRequest& ask : changes.asks) hooks_.ask(ask);
    return true;
}

void OrderDesk::refuse_all(std::vector<Waiting>& batch, Verdict why) {
    for (Waiting& one : batch) one.answer = {.verdict = why};
}

Conditions OrderDesk::conditions() const {
    // One that closes again and again is told as well.
    const bool was_closed = closed_at_.is_within(limits::condition_lasts, clock_.steady());
    const Lock lock(mutex_);
    if (!is_closed_ && !was_closed) return {};
    return {{"shop_closed", "The shop sells nothing: " + closed_because_ + ".",
             "A full disk: free space, and it goes on by itself. Records that disagree: stop the "
             "server, keep a copy of the data folder, and restore its last backup."}};
}

async::Task<void> keep_time(async::Loop& loop, OrderDesk& desk) {
    while (!loop.is_stopping()) {
        desk.submit({.what = Tick{}}, [](const Decided&) {});
        co_await loop.sleep_for(limits::allocator_tick);
    }
}

}  // namespace shopcast::shop
