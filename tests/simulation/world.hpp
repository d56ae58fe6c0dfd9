#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "faulty_sink.hpp"
#include "power_cut_disk.hpp"
#include "shop/core/order_desk.hpp"
#include "shop/core/testing.hpp"
#include "shop/ledger/retention.hpp"
#include "shop/pay/fake_provider.hpp"

namespace shopcast::simulation {

/// One shop with its buyers, its provider, its clock and its disk, all made of one seed. The shop's
/// own code runs unchanged, SQLite included; the disk loses power, processes are replaced, buyers
/// repeat themselves and the provider does what FakeKnobs can.
class World {
public:
    World(std::uint64_t seed, Mistake mistake);
    /// `steps` steps of trouble, then quiet until everything is settled. Returns the first problem;
    /// empty: none.
    std::string run(int steps);

    std::int64_t answers = 0;  ///< Accepted ones, so that a test can see that something happened.
    std::int64_t crashes = 0;
    std::int64_t removed = 0;  ///< Orders and holds that had their time.

private:
    /// One process. Dies with its queue.
    struct Server {
        std::vector<store::Retention> retentions;
        SteadyTime swept_at{};
        std::unique_ptr<shop::SqliteSink> sink;
        std::unique_ptr<FaultySink> faulty;
        std::unique_ptr<shop::OrderDesk> desk;
        std::string lost;
    };
    struct Request {
        shop::Command command;
        std::optional<shop::Receipt> receipt;  ///< Once it was told.
    };

    std::uint64_t below(std::uint64_t n) { return random_.u64() % n; }
    void problem(std::string what) {
        if (problem_.empty()) problem_ = std::move(what);
    }

    void boot();
    std::unique_ptr<Server> start_server();
    void set_up_shop();
    void crash();
    void be_replaced();
    void run_server(Server& server, bool may_be_replaced);
    void step();

    // Buyers and the shop's people.
    shop::What some_order(std::size_t request);
    void new_request();
    void retry(std::size_t request);
    void other_body_under_same_key();
    void submit(Server& server, std::size_t request);
    void told(std::size_t request, const shop::Decided& answer);
    void shop_people();
    void pass(Milliseconds time);
    void tell(shop::What what);

    // The provider.
    void ask_provider(const shop::ProviderRequest& ask);
    void deliver_webhooks();

    // What is not kept for ever.
    void sweep();
    Result<void> sweep_in_transactions(WallTime now);
    bool is_removed(std::int64_t number);

    // The verdict.
    void check_acknowledged();
    void check_tables();
    void check_memory();
    void settle_everything();
    void check_money();

    const Mistake mistake_;
    SeededRandom random_;
    SeededRandom providers_random_;
    shop::test::ManualClock clock_;
    shop::Rules rules_;
    PowerCutDisk disk_;
    std::optional<store::Database> database_;
    std::unique_ptr<Server> server_;
    std::unique_ptr<Server> replaced_;
    std::unique_ptr<shop::FakeProvider> provider_;
    std::map<std::string, shop::ReportPayment> webhooks_;  ///< Not yet received by us.

    std::vector<shop::SkuId> skus_;
    std::vector<shop::DealId> deals_;
    std::vector<Request> requests_;
    WallTime latest_;              ///< That any process has told its allocator.
    bool time_went_back_ = false;  ///< Between processes: then deadlines are cut short.
    std::string problem_;
};

}  // namespace shopcast::simulation
