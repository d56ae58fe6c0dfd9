// A real process under kill -9. The client lives outside of it and writes down every
// acknowledgement; what was acknowledged has to be there when the next process has started.
// SHOPCAST_SLOW=1 does it 100 times.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <thread>

#include "audit/schema.hpp"
#include "base/random.hpp"
#include "invariants.hpp"
#include "shop/ledger/schema.hpp"
#include "shop/ledger/shop_writer.hpp"

using namespace shopcast;
using namespace shopcast::shop;

namespace {

constexpr int buyers = 64;

/// One acknowledgement, written whole into the pipe (less than PIPE_BUF) before the next request.
struct Acknowledged {
    std::int64_t request;
    std::int64_t number;
    std::int64_t price;
};

store::Database open_shop(const std::string& path) {
    auto database = store::Database::open(path, store::Database::Mode::ReadWrite);
    if (!database || !store::migrate(*database, {&audit::schema(), &shop::schema()})) std::abort();
    if (!simulation::remember_removed(*database)) std::abort();
    return *std::move(database);
}

AccountId account_of(std::int64_t request) {
    return AccountId(fmt::format("buyer {}", request));
}

PlaceOrder order_of_request(std::int64_t request, SkuId sku) {
    return {.lines = {{sku, {}, 1}}, .ship_to = fmt::format("request {}", request)};
}

/// The server with its buyers in one process, until somebody kills it: each answer is followed by
/// the same buyer's next request.
class Victim {
public:
    Victim(const std::string& path, int out, std::int64_t first_request)
        : out_(out), next_(first_request), writer_(open_shop(path)) {
        writer_.put_first(shop_writer_);
    }
    [[noreturn]] void live() {
        desk_.submit({PutSku{{.shop = "main", .name = "gloss", .price = {9'000}}}, {}, {}, {}},
                     [this](const Decided& made) { stock(SkuId(made.receipt.number)); });
        while (true) ::pause();
    }

private:
    void stock(SkuId sku) {
        desk_.submit({MoveStock{sku, 1'000'000, MoveReason::Received}, {}, {}, {}},
                     [this, sku](const Decided&) {
                         for (int i = 0; i < buyers; ++i) buy(next_.fetch_add(1), sku);
                     });
    }
    void buy(std::int64_t request, SkuId sku) {
        desk_.submit(
            {order_of_request(request, sku), account_of(request), "key", {}},
            [this, request, sku](const Decided& answer) {
                const Acknowledged line{request, answer.receipt.number, answer.receipt.price.minor};
                if (answer.is_accepted() && ::write(out_, &line, sizeof line) != sizeof line) {
                    std::abort();
                }
                buy(next_.fetch_add(1), sku);
            });
    }

    const int out_;
    std::atomic<std::int64_t> next_;
    OrderDesk desk_{Rules{},
                    system_clock(),
                    {.wake = [this] { writer_.wake_foremost(); },
                     .ask = [](const ProviderRequest&) {},
                     .lost = [](const Error& error) { store::stop_process(error); }}};
    ShopWriter shop_writer_{desk_};
    store::Writer writer_;
};

/// Reads acknowledgements for `lifetime`, kills the process, and reads what it had still written.
void kill_after(pid_t victim, int in, Milliseconds lifetime,
                std::map<std::int64_t, Acknowledged>& told) {
    const auto deadline = std::chrono::steady_clock::now() + lifetime;
    bool is_killed = false;
    Acknowledged line{};
    while (true) {
        const auto left =
            std::chrono::duration_cast<Milliseconds>(deadline - std::chrono::steady_clock::now());
        pollfd ready{in, POLLIN, 0};
        if (!is_killed &&
            (left.count() <= 0 || ::poll(&ready, 1, static_cast<int>(left.count())) == 0)) {
            REQUIRE(::kill(victim, SIGKILL) == 0);
            is_killed = true;
        }
        const ssize_t got = ::read(in, &line, sizeof line);
        if (got == 0) break;
        REQUIRE(got == sizeof line);
        told[line.request] = line;
    }
    int status = 0;
    REQUIRE(::waitpid(victim, &status, 0) == victim);
    REQUIRE(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == SIGKILL);
}

void compare(const std::string& path, const std::map<std::int64_t, Acknowledged>& told) {
    store::Database database = open_shop(path);
    CHECK(simulation::broken_invariant(database) == "");
    auto sink = SqliteSink::create(database);
    REQUIRE(sink);
    std::size_t lost = 0;
    for (const auto& [request, line] : told) {
        const auto found = (*sink)->find_key(account_of(request), "key");
        REQUIRE(found);
        const bool is_there = *found && (*found)->receipt.number == line.number &&
                              (*found)->receipt.price.minor == line.price;
        if (!is_there) ++lost;
    }
    CHECK(lost == 0);
    auto snapshot = (*sink)->take_over({});
    REQUIRE(snapshot);
    const auto rebuilt = Allocator::rebuild(*std::move(snapshot), Rules{}, system_clock().wall());
    CHECK(rebuilt);
}

}  // namespace

// A hundred rounds of a second and more.
TEST_CASE("kill -9 at any moment loses nothing that was acknowledged" * doctest::timeout(1800)) {
    const int rounds =
        std::getenv("SHOPCAST_SLOW") != nullptr && *std::getenv("SHOPCAST_SLOW") != '\0' ? 100 : 5;
    char name[] = "/tmp/shopcast-kill-XXXXXX";
    const std::filesystem::path folder = ::mkdtemp(name);
    const std::string path = folder / "shop.db";
    std::map<std::int64_t, Acknowledged> told;
    for (int round = 0; round < rounds; ++round) {
        int ends[2];
        REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
        // Before any thread of ours runs, so that the child may have its own.
        const pid_t victim = ::fork();
        REQUIRE(victim >= 0);
        if (victim == 0) Victim(path, ends[1], round * 10'000'000LL + 1).live();
        ::close(ends[1]);
        const Milliseconds lifetime(300 + static_cast<std::int64_t>(system_random().u64() % 700));
        const std::size_t before = told.size();
        kill_after(victim, ends[0], lifetime, told);
        ::close(ends[0]);
        MESSAGE(fmt::format("round {}: killed after {} ms, {} orders acknowledged", round + 1,
                            lifetime.count(), told.size() - before));
        compare(path, told);
    }
    CHECK(!told.empty());
    std::filesystem::remove_all(folder);
}
