#include "store/writer.hpp"

#include <cstdlib>

#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "store/limits.hpp"

namespace shopcast::store {
namespace {

metrics::Counter& commits_metric =
    metrics::counter("shopcast_store_commits_total", "Transactions committed by the writer.");
metrics::Counter& pieces =
    metrics::counter("shopcast_store_writes_total", "Pieces of work the writer has run.");
metrics::Counter& disk_full = metrics::counter("shopcast_store_disk_full_total",
                                               "Transactions refused because the disk was full.");

Result<void> run_in_savepoint(Database& database, Writer::Work& work) {
    TRY_VOID(database.execute("SAVEPOINT piece"));
    Result<void> result = work(database);
    if (!result && !database.in_transaction()) return result;
    if (!result) TRY_VOID(database.execute("ROLLBACK TO piece"));
    TRY_VOID(database.execute("RELEASE piece"));
    return result;
}

}  // namespace

void stop_process(const Error& error) {
    log::error("store.commit_failed", {{"reason", error.message}, {"action", "process stops"}});
    log::stop();
    std::abort();
}

Writer::Writer(Database database, const Clock& clock)
    : clock_(clock), database_(std::move(database)), thread_([this] { thread_main(); }) {}

Writer::~Writer() {
    {
        const Lock lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

void Writer::submit(Work work, Done done) {
    {
        const Lock lock(mutex_);
        if (queue_.size() < limits::writer_queue_max) {
            queue_.push_back({std::move(work), std::move(done), {}});
            ++submitted_;
            changed_.notify_one();
            return;
        }
    }
    done(fail(Errc::Busy, "the database writer is busy; try again in a second"));
}

std::size_t Writer::queued() const {
    const Lock lock(mutex_);
    return queue_.size();
}

Conditions Writer::conditions() const {
    Conditions out;
    if (full_.is_within(limits::condition_lasts, clock_.steady())) {
        out.push_back({"disk_full", "The disk is full: nothing is saved any more.",
                       "Free space on the data folder's disk now."});
    }
    if (busy_.is_within(limits::condition_lasts, clock_.steady())) {
        out.push_back(
            {"database_busy", "Another program holds the database: changes are refused.",
             "End what else has shopcast.db open: a shell, or a program that copies it."});
    }
    if (queued() > limits::writer_queue_max / 2) {
        out.push_back({"database_slow",
                       "Changes wait for the database: the disk is too slow for what is asked.",
                       "Look at the disk's load; move the data folder to a faster one."});
    }
    return out;
}

async::Asked<Result<void>> Writer::run(async::Loop& loop, Work work) {
    return {loop, [this, work = std::move(work)](Done done) mutable {
                submit(std::move(work), std::move(done));
            }};
}

void Writer::drain() {
    const Lock lock(mutex_);
    const std::uint64_t wanted = submitted_;
    while (answered_ < wanted) drained_.wait(mutex_);
}

void Writer::put_first(Foremost& foremost) {
    {
        const Lock lock(mutex_);
        foremost_ = &foremost;
    }
    wake_foremost();
}

void Writer::wake_foremost() {
    {
        const Lock lock(mutex_);
        if (foremost_waits_.exchange(true)) return;
    }
    changed_.notify_one();
}

Writer::Turn Writer::wait_for_turn() {
    const Lock lock(mutex_);
    while (queue_.empty() && batch_.empty() && !foremost_waits_ && !stopping_) {
        changed_.wait(mutex_);
    }
    if (batch_.empty()) batch_.swap(queue_);
    Foremost* const foremost = foremost_waits_.exchange(false) ? foremost_ : nullptr;
    return {.foremost = foremost, .is_last = foremost == nullptr && batch_.empty()};
}

void Writer::thread_main() {
    while (true) {
        const Turn turn = wait_for_turn();
        if (turn.is_last) break;
        if (turn.foremost != nullptr && turn.foremost->run(database_)) wake_foremost();
        if (!batch_.empty()) run_closures();
        checkpoint_when(limits::wal_pages_before_checkpoint);
    }
    checkpoint_when(0);
}

void Writer::refuse_batch(Errc code) {
    const bool is_full = code == Errc::Full;
    if (is_full) disk_full.add();
    (is_full ? full_ : busy_).happened(clock_.steady());
    log::error(is_full ? "store.disk_full" : "store.busy",
               {{"writes_refused", batch_.size()},
                {"advice", is_full ? "free space on the data folder's disk"
                                   : "end what else uses the data folder's database"}});
    for (Piece& piece : batch_) {
        piece.result = is_full
                           ? fail(Errc::Full, "the server's disk is full: nothing was saved")
                           : fail(Errc::Busy,
                                  "another program holds the server's database: nothing was saved");
    }
}

void Writer::checkpoint_when(int more_pages_than) {
    if (database_.wal_pages() <= more_pages_than) return;
    if (auto result = database_.checkpoint(); !result) {
        log::warning("store.checkpoint_failed", {{"reason", result.error().message}});
    }
}

void Writer::run_closures() {
    std::size_t ran = 0;
    if (auto done = try_closures(ran); !done) {
        if (!is_undone(done.error())) stop_process(done.error());
        // No commit record was written, so all of it is undone; this is known, unlike after a
        // failed fsync. Live streams need no disk and go on.
        if (database_.in_transaction()) (void)database_.execute("ROLLBACK");
        ran = batch_.size();
        refuse_batch(done.error().code);
    } else {
        commits_metric.add();
        commits_.fetch_add(1, std::memory_order_relaxed);
        pieces.add(ran);
    }
    for (std::size_t i = 0; i < ran; ++i) {
        Piece piece = std::move(batch_.front());
        batch_.pop_front();
        piece.done(std::move(piece.result));
    }
    {
        const Lock lock(mutex_);
        answered_ += ran;
    }
    drained_.notify_all();
}

Result<void> Writer::try_closures(std::size_t& ran) {
    const SteadyTime began = clock_.steady();
    TRY_VOID(database_.execute("BEGIN IMMEDIATE"));
    for (Piece& piece : batch_) {
        piece.result = run_in_savepoint(database_, piece.work);
        ++ran;
        if (!piece.result && piece.result.error().code == Errc::Full) return piece.result;
        if (!database_.in_transaction()) {
            return piece.result ? fail(Errc::Internal, "a piece of work ended the transaction")
                                : piece.result;
        }
        if (foremost_waits_ && clock_.steady() - began >= limits::writer_turn) {
            break;
        }
    }
    return database_.execute("COMMIT");
}

}  // namespace shopcast::store
