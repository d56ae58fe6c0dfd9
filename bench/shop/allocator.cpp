// bench_shop_allocator WHAT SECONDS IN_FLIGHT FOLDER: one measurement in a database of its own,
// as one line of JSON. WHAT:
//   holds   HoldStock through the desk and the writer's thread, IN_FLIGHT of them at a time
//   orders  PlaceOrder and the webhook of its capture, likewise: a complete order
//   single  the same orders and rows, but one transaction for each: SQLite without batches
#include <sys/resource.h>

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "audit/schema.hpp"
#include "base/mutex.hpp"
#include "base/text.hpp"
#include "shop/ledger/schema.hpp"
#include "shop/ledger/shop_writer.hpp"
#include "syncs.hpp"

using namespace shopcast;
using namespace shopcast::shop;

namespace {

constexpr std::int64_t plenty = 900'000'000;
constexpr std::int64_t accounts = 50'000'000;  // nobody comes twice: each opens one hold

double cpu_seconds() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

store::Database new_shop(const std::string& path) {
    auto database = store::Database::open(path, store::Database::Mode::ReadWrite);
    if (!database || !store::migrate(*database, {&audit::schema(), &shop::schema()})) std::abort();
    return *std::move(database);
}

Command stock_command(SkuId sku) {
    return {MoveStock{sku, plenty, MoveReason::Received}, {}, {}, {}};
}
Command sku_command() {
    return {PutSku{{.shop = "main", .name = "Velvet lipstick 03", .price = {18'900}}}, {}, {}, {}};
}
AccountId account(std::int64_t n) {
    return AccountId(fmt::format("acc_{:012}", n % accounts));
}
std::string key(std::int64_t n) {
    return fmt::format("{:08x}-89ab-4def-8123-456789abcdef", n);
}
Command order_command(std::int64_t n, SkuId sku) {
    return {PlaceOrder{.lines = {{sku, {}, 1}},
                       .ship_to = R"({"name":"Kim","street":"Teheran-ro 1","city":"Seoul"})"},
            account(n),
            key(n),
            {}};
}
Command paid_command(std::int64_t n, const Receipt& placed) {
    return {ReportPayment{.order = OrderId(placed.number),
                          .said = Said::Captured,
                          .amount = placed.price,
                          .event_id = fmt::format("evt_{:016x}", n)},
            {},
            {},
            {}};
}

struct Measured {
    std::int64_t done = 0;
    double seconds = 0;
    double cpu = 0;
    std::int64_t syncs = 0;
    std::int64_t rows = 0;
    std::vector<float> waits_ms;
};

/// Rows inserted or updated since the database was opened.
std::int64_t rows_of(store::Database& database) {
    auto query = database.prepare("SELECT total_changes()");
    if (!query || !query->step()) std::abort();
    return query->integer(0);
}

/// As many buyers as are in flight; each comes again when it is answered. They run on the writer's
/// thread, so the whole of it is one core's work.
class Crowd {
public:
    Crowd(const std::string& path, bool wants_orders)
        : wants_orders_(wants_orders), writer_(new_shop(path)) {
        writer_.put_first(shop_writer_);
    }
    Measured run(int in_flight, double for_seconds) {
        desk_.submit(sku_command(), [&](const Decided& made) {
            sku_ = SkuId(made.receipt.number);
            desk_.submit(stock_command(sku_), [&](const Decided&) { turn(in_flight); });
        });
        wait_until([&] { return started_; });
        const auto began = std::chrono::steady_clock::now();
        const double cpu = cpu_seconds();
        const std::int64_t synced = bench::syncs();
        last_for(for_seconds);
        is_over_ = true;
        wait_until([&] { return open_ == 0; });
        Measured out;
        out.seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
        out.cpu = cpu_seconds() - cpu;
        out.syncs = bench::syncs() - synced;
        out.done = done_;
        out.waits_ms = std::move(waits_ms_);
        out.rows = rows();
        return out;
    }

private:
    using Time = std::chrono::steady_clock::time_point;

    void wait_until(auto condition) {
        const Lock lock(mutex_);
        while (!condition()) changed_.wait(mutex_);
    }
    void last_for(double seconds) {
        const auto end = std::chrono::steady_clock::now() +
                         std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                             std::chrono::duration<double>(seconds));
        const Lock lock(mutex_);
        while (std::chrono::steady_clock::now() < end) changed_.wait_until(mutex_, end);
    }
    void turn(int in_flight) {
        {
            const Lock lock(mutex_);
            started_ = true;
            open_ = in_flight;
        }
        changed_.notify_one();
        for (int i = 0; i < in_flight; ++i) begin();
    }
    void begin() {
        if (is_over_) {
            {
                const Lock lock(mutex_);
                --open_;
            }
            changed_.notify_one();
            return;
        }
        const std::int64_t n = next_++;
        const Time now = std::chrono::steady_clock::now();
        if (!wants_orders_) {
            desk_.submit({HoldStock{sku_, {}, 1}, account(n), key(n), {}},
                         [this, now](const Decided& answer) { end(answer, now); });
            return;
        }
        desk_.submit(order_command(n, sku_), [this, n, now](const Decided& placed) {
            if (!placed.is_accepted()) std::abort();
            desk_.submit(paid_command(n, placed.receipt),
                         [this, now](const Decided& answer) { end(answer, now); });
        });
    }
    void end(const Decided& answer, Time began) {
        if (!answer.is_accepted()) std::abort();
        ++done_;
        waits_ms_.push_back(
            std::chrono::duration<float, std::milli>(std::chrono::steady_clock::now() - began)
                .count());
        begin();
    }
    std::int64_t rows() {
        std::atomic<std::int64_t> rows = -1;
        writer_.submit(
            [&](store::Database& database) -> Result<void> {
                rows = rows_of(database);
                return {};
            },
            [&](const Result<void>&) { rows.notify_one(); });
        rows.wait(-1);
        return rows;
    }

    const bool wants_orders_;
    std::atomic<bool> is_over_ = false;

    Mutex mutex_;
    std::condition_variable_any changed_;
    bool started_ = false;
    int open_ = 0;

    // Owned by the writer's thread.
    SkuId sku_;
    std::int64_t next_ = 0;
    std::int64_t done_ = 0;
    std::vector<float> waits_ms_;

    OrderDesk desk_{Rules{},
                    system_clock(),
                    {.wake = [this] { writer_.wake_foremost(); },
                     .ask = [](const ProviderRequest&) {},
                     .lost = [](const Error& error) { store::stop_process(error); }}};
    ShopWriter shop_writer_{desk_};
    store::Writer writer_;
};

Measured run_single(const std::string& path, double for_seconds) {
    store::Database database = new_shop(path);
    auto sink = SqliteSink::create(database);
    auto snapshot = (*sink)->take_over({});
    Allocator allocator = *Allocator::rebuild(*std::move(snapshot), Rules{}, {});
    const auto commit = [&] {
        if (!(*sink)->commit(allocator.take_batch())) std::abort();
    };
    const SkuId sku(allocator.decide(sku_command(), {}).receipt.number);
    (void)allocator.decide(stock_command(sku), {});
    commit();

    Measured out;
    const auto began = std::chrono::steady_clock::now();
    const double cpu = cpu_seconds();
    const std::int64_t synced = bench::syncs();
    const std::int64_t rows = rows_of(database);
    while (true) {
        const auto now = std::chrono::steady_clock::now();
        out.seconds = std::chrono::duration<double>(now - began).count();
        if (out.seconds >= for_seconds) break;
        const std::int64_t n = out.done++;
        const Command order = order_command(n, sku);
        Known known;
        known.key = *(*sink)->find_key(order.account, order.key);
        const Decided placed = allocator.decide(order, known);
        (void)allocator.decide(paid_command(n, placed.receipt), {});
        commit();
        if (database.wal_pages() > 1000 && !database.checkpoint()) std::abort();
        out.waits_ms.push_back(
            std::chrono::duration<float, std::milli>(std::chrono::steady_clock::now() - now)
                .count());
    }
    out.cpu = cpu_seconds() - cpu;
    out.syncs = bench::syncs() - synced;
    out.rows = rows_of(database) - rows;
    return out;
}

float percentile(std::vector<float>& values, double p) {
    if (values.empty()) return 0;
    const auto at = static_cast<std::ptrdiff_t>(p * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + at, values.end());
    return values[static_cast<std::size_t>(at)];
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 5) return 2;
    const std::string_view what = arguments[1];
    const double seconds = parse_int<int>(arguments[2]).value_or(3);
    const int in_flight = parse_int<int>(arguments[3]).value_or(1024);
    const std::string path = std::filesystem::path(arguments[4]) / "bench.db";
    Measured out = what == "single" ? run_single(path, seconds)
                                    : Crowd(path, what == "orders").run(in_flight, seconds);
    const auto done = static_cast<double>(out.done);
    fmt::print(R"({{"done":{},"per_second":{:.1f},"us_cpu":{:.2f},"p50_ms":{:.2f},"p99_ms":{:.2f},)"
               R"("rows":{:.2f},"syncs":{:.4f}}})"
               "\n",
               out.done, done / out.seconds, out.cpu * 1e6 / done, percentile(out.waits_ms, 0.5),
               percentile(out.waits_ms, 0.99), static_cast<double>(out.rows) / done,
               static_cast<double>(out.syncs) / done);
    return 0;
}
