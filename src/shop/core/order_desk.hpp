#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "async/asked.hpp"
#include "async/task.hpp"
#include "base/clock.hpp"
#include "base/condition.hpp"
#include "base/mutex.hpp"
#include "shop/core/allocator.hpp"
#include "shop/core/seen_keys.hpp"
#include "shop/core/stock_board.hpp"
#include "shop/core/stock_shelves.hpp"
#include "shop/limits.hpp"

namespace shopcast::shop {

/// Where commands queue for the allocator: whatever came while the last batch became durable is
/// decided together, made durable in one transaction, and only then answered.
class OrderDesk {
public:
    using Done = std::move_only_function<void(Decided)>;
    struct Hooks {
        /// There is work for run(): wakes its thread. Any thread.
        std::move_only_function<void()> wake;
        /// What the provider is to be asked; the answers come back as ReportPayment. run()'s
        /// thread, after the batch is durable.
        std::move_only_function<void(const ProviderRequest&)> ask;
        /// A commit failed and nobody knows what was saved: the process has to end.
        std::move_only_function<void(const Error&)> lost;
    };

    OrderDesk(Rules rules, const Clock& clock, Hooks hooks);

    /// Any thread. `done` is called once: here and now when nothing has to be decided, else on
    /// run()'s thread. The desk sets the command's time.
    /// Not queued: Busy when limits::allocator_queue_max wait already; SoldOut when a line's stock
    /// is gone, unless something may have been accepted under this account and key: such a retry
    /// gets what was made for it, however sold out the rest is.
    void submit(Command command, Done done);
    /// The same for coroutines of `loop`.
    async::Asked<Decided> ask(async::Loop& loop, Command command);

    /// One batch, durable and answered when this returns. True: more waits. The first call takes
    /// the stock over from whoever had it. Always the same thread and sink.
    bool run(CommitSink& sink);

    /// A new shop is durable, which pages ask for. run()'s thread.
    void open_shop(const std::string& shop) { shelves_.open_shop(shop); }

    /// Whether it sells. Any thread.
    Conditions conditions() const;

    /// What pages show of the stock.
    const StockShelves& shelves() const { return shelves_; }
    const StockBoard& board() const { return board_; }
    /// run()'s thread: what decides; nullptr while nothing is sold.
    const Allocator* allocator() const { return allocator_ ? &*allocator_ : nullptr; }

private:
    struct Waiting {
        Command command;
        Done done;
        Decided answer;
    };
    WallTime now() const;
    std::optional<Decided> answer_without_queue(const Command& command) const;
    bool take_waiting(std::vector<Waiting>& batch);
    bool open(CommitSink& sink);
    Result<Decided> decide(const Command& command, CommitSink& sink);
    bool decide_all(std::vector<Waiting>& batch, CommitSink& sink);
    static void refuse_all(std::vector<Waiting>& batch, Verdict why);
    void close(const Error& error);

    // Constant after construction.
    const Rules rules_;
    const Clock& clock_;
    const WallTime opened_at_wall_;
    const SteadyTime opened_at_;

    // Owned by run()'s thread.
    Hooks hooks_;
    std::optional<Allocator> allocator_;
    bool owes_tick_ = false;  ///< The latest tick left something due.
    bool is_broken_ = false;  ///< The records disagree: closed until somebody has looked.

    // Any thread.
    LastTime closed_at_;
    StockBoard board_;
    StockShelves shelves_;
    SeenKeys seen_;

    mutable Mutex mutex_;
    bool is_closed_ GUARDED_BY(mutex_) = false;
    std::string closed_because_ GUARDED_BY(mutex_);  ///< The last time.
    std::vector<Waiting> queue_ GUARDED_BY(mutex_);
    std::size_t taken_ GUARDED_BY(mutex_) = 0;  ///< Of the queue's front.
};

/// Tells the time to `desk` until the loop stops.
async::Task<void> keep_time(async::Loop& loop, OrderDesk& desk);

}  // namespace shopcast::shop
