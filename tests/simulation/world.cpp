#include "world.hpp"

#include <fmt/format.h>

#include "audit/schema.hpp"
#include "invariants.hpp"
#include "shop/ledger/schema.hpp"

namespace shopcast::simulation {
namespace {

using namespace shop;
using namespace std::chrono_literals;

/// Longer than what counts for a cool-down, and short enough that things go in a run.
constexpr auto kept_for = 2h;
/// Longer than a request to the provider may be under way.
constexpr auto swept_every = 10min;

/// A new database's files, made once.
const PowerCutDisk::Image& empty_shop() {
    static const PowerCutDisk::Image image = [] {
        PowerCutDisk disk;
        {
            auto database = store::Database::open("/shop.db", store::Database::Mode::ReadWrite);
            REQUIRE(database);
            const auto migrated = store::migrate(*database, {&audit::schema(), &shop::schema()});
            REQUIRE(migrated);
            REQUIRE(remember_removed(*database));
        }
        return disk.image();
    }();
    return image;
}

FakeKnobs trouble(SeededRandom& random) {
    const auto one_of = [&](std::initializer_list<int> percents) {
        return *(percents.begin() + random.u64() % percents.size());
    };
    return {.delay_max = Milliseconds(one_of({10, 1'000, 30'000})),
            .buyer_takes_max = Milliseconds(one_of({1'000, 60'000, 300'000})),
            .lose_request = one_of({0, 0, 10, 40}),
            .lose_answer = one_of({0, 0, 10, 40}),
            .lose_webhook = one_of({0, 10, 50, 100}),
            .repeat_webhook = one_of({0, 30, 100}),
            .decline = one_of({0, 20, 50}),
            .capture_at_once = one_of({0, 50, 100}),
            .late = one_of({0, 20, 80}),
            .wrong_amount = one_of({0, 0, 20}),
            .refuse = one_of({0, 0, 10}),
            .refuse_refund = one_of({0, 0, 30})};
}

}  // namespace

World::World(std::uint64_t seed, Mistake mistake)
    : mistake_(mistake), random_(seed), providers_random_(seed ^ 0x5eed) {
    rules_.shipping_minor = 2'500;
    rules_.shipping_free_from_minor = 30'000;
    if (mistake == Mistake::SkipTheSum) rules_.demand_of = demand_line_by_line;
    disk_.load(empty_shop());
    disk_.lies = mistake == Mistake::LyingDisk;
    disk_.on_sync = [this] {
        if (below(20) == 0) clock_.pass(Milliseconds(below(5'000)));
    };
    provider_ = std::make_unique<FakeProvider>(
        trouble(random_), providers_random_,
        [this](const ReportPayment& report) { webhooks_[report.event_id] = report; });
    provider_->advance(clock_.wall());
}

std::string World::run(int steps) {
    boot();
    set_up_shop();
    for (int i = 0; i < steps && problem_.empty(); ++i) step();
    if (problem_.empty()) settle_everything();
    if (problem_.empty()) check_acknowledged();
    if (problem_.empty()) check_money();
    replaced_.reset();
    server_.reset();
    database_.reset();
    return problem_;
}

void World::boot() {
    auto opened = store::Database::open("/shop.db", store::Database::Mode::ReadWrite);
    if (!opened) return problem("the database does not open: " + opened.error().message);
    database_.emplace(*std::move(opened));
    server_ = start_server();
    run_server(*server_, false);
    const Allocator* allocator = server_->desk->allocator();
    if (allocator == nullptr) return problem("the records disagree after a restart");
    time_went_back_ = time_went_back_ || allocator->now() < latest_;
}

std::unique_ptr<World::Server> World::start_server() {
    auto server = std::make_unique<Server>();
    server->retentions = ledger_retentions(kept_for);
    server->swept_at = clock_.steady();
    auto sink = SqliteSink::create(*database_);
    REQUIRE(sink);
    server->sink = *std::move(sink);
    server->faulty = std::make_unique<FaultySink>(*server->sink, *database_, mistake_);
    server->desk = std::make_unique<OrderDesk>(
        rules_, clock_,
        OrderDesk::Hooks{.wake = [] {},
                         .ask = [this](const ProviderRequest& ask) { ask_provider(ask); },
                         .lost = [s = server.get()](const Error& e) { s->lost = e.message; }});
    return server;
}

void World::set_up_shop() {
    const std::int64_t first = server_->desk->allocator()->last_number();
    for (int i = 0; i < 3; ++i) {
        tell(PutSku{{.shop = "main",
                     .name = fmt::format("sku {}", i),
                     .price = {static_cast<std::int64_t>(1'000 + below(20'000))}}});
    }
    for (int i = 1; i <= 3; ++i) {
        skus_.emplace_back(first + i);
        tell(MoveStock{skus_.back(), static_cast<std::int64_t>(1 + below(12)),
                       MoveReason::Received});
    }
    tell(PutCoupon{{.shop = "main",
                    .code = "TEN",
                    .percent_off = 10,
                    .per_account_max = 1,
                    .ends_at = clock_.wall() + 24h},
                   static_cast<std::int64_t>(1 + below(4))});
}

/// The power goes, something survives, and the next process starts.
void World::crash() {
    ++crashes;
    disk_.cut();
    replaced_.reset();
    server_.reset();
    database_.reset();
    disk_.power_on(random_);
    clock_.set_wall(clock_.wall() + Milliseconds(below(60'000)) - 30s);
    boot();
    if (problem_.empty()) check_acknowledged();
    if (problem_.empty()) check_tables();
}

/// Another process takes over while this one still believes that it owns the stock.
void World::be_replaced() {
    replaced_ = std::move(server_);
    server_ = start_server();
    const WallTime before = latest_;
    run_server(*server_, false);
    if (const Allocator* live = server_->desk->allocator()) {
        time_went_back_ = time_went_back_ || live->now() < before;
    }
}

void World::run_server(Server& server, bool may_be_replaced) {
    while (server.lost.empty() && server.desk->run(*server.faulty)) {
    }
    if (const Allocator* live = server.desk->allocator()) latest_ = std::max(latest_, live->now());
    if (server.lost.empty() || disk_.is_off()) return;
    if (may_be_replaced && server.lost.find("another server") != std::string::npos) return;
    problem("a batch was refused: " + server.lost);
}

void World::step() {
    const std::uint64_t what = below(100);
    if (what < 45) {
        new_request();
    } else if (what < 53) {
        if (!requests_.empty()) retry(below(requests_.size()));
    } else if (what < 55) {
        other_body_under_same_key();
    } else if (what < 63) {
        shop_people();
    } else if (what < 83) {
        pass(Milliseconds(below(20'000)));
    } else if (what < 88) {
        pass(Milliseconds(below(900'000)));
        sweep();
    } else if (what < 91) {
        clock_.set_wall(clock_.wall() + Milliseconds(below(172'800'000)) - 24h);
    } else if (what < 95) {
        disk_.cut_after(static_cast<std::int64_t>(below(60)));
    } else if (what < 96) {
        crash();
    } else if (what < 97) {
        if (!replaced_) be_replaced();
    } else {
        check_tables();
        check_memory();
        if (below(2) == 0) (void)database_->checkpoint();
    }
    if (problem_.empty() && replaced_ && replaced_->lost.empty()) run_server(*replaced_, true);
    if (problem_.empty() && below(3) != 0) run_server(*server_, false);
    deliver_webhooks();
    if (problem_.empty() && disk_.is_off()) crash();
}

What World::some_order(std::size_t request) {
    PlaceOrder order{.ship_to = fmt::format("request {}", request)};
    const std::uint64_t lines = 1 + below(3);
    for (std::uint64_t i = 0; i < lines; ++i) {
        const DealId deal = !deals_.empty() && below(3) == 0 ? deals_.back() : DealId();
        const SkuId sku = deal.value != 0 ? skus_[0] : skus_[below(skus_.size())];
        order.lines.push_back({sku, deal, static_cast<std::int64_t>(1 + below(4))});
        // Numbers that are no deals, a sku's own among them.
        if (below(20) == 0) order.lines.back().deal = DealId(sku.value);
    }
    if (below(4) == 0) order.coupon_code = "TEN";
    return order;
}

void World::new_request() {
    const std::size_t number = requests_.size();
    Command command{.account = AccountId(fmt::format("buyer {}", below(8))),
                    .key = fmt::format("key {}", number)};
    const std::uint64_t kind = below(10);
    if (kind < 5) {
        command.what = some_order(number);
    } else if (kind < 8) {
        const DealId deal = !deals_.empty() && below(2) == 0 ? deals_.back() : DealId();
        command.what = HoldStock{deal.value != 0 ? skus_[0] : skus_[below(skus_.size())], deal,
                                 static_cast<std::int64_t>(1 + below(2))};
    } else if (kind < 9) {
        tell(ReleaseHold{skus_[below(skus_.size())]});
        return;
    } else {
        // Whoever placed an order may think again.
        if (number == 0) return;
        const Request& other = requests_[below(number)];
        if (!other.receipt || !std::holds_alternative<PlaceOrder>(other.command.what)) return;
        server_->desk->submit(
            {CancelOrder{OrderId(other.receipt->number)}, other.command.account, {}, {}},
            [](const Decided&) {});
        return;
    }
    requests_.push_back({std::move(command), {}});
    submit(*server_, number);
}

void World::retry(std::size_t request) {
    // Nobody tries again for so long.
    if (requests_[request].receipt && is_removed(requests_[request].receipt->number)) return;
    Server& server = replaced_ && below(2) == 0 ? *replaced_ : *server_;
    submit(server, request);
    if (below(3) == 0) submit(*server_, request);
}

void World::other_body_under_same_key() {
    if (requests_.empty()) return;
    const Request& request = requests_[below(requests_.size())];
    if (!request.receipt || is_removed(request.receipt->number)) return;
    Command other = request.command;
    other.what = HoldStock{skus_[0], {}, 999};
    server_->desk->submit(std::move(other), [this](const Decided& answer) {
        if (answer.verdict != Verdict::KeyReused) {
            problem(fmt::format("a key was used for two requests: {}", to_string(answer.verdict)));
        }
    });
}

void World::submit(Server& server, std::size_t request) {
    server.desk->submit(requests_[request].command,
                        [this, request](const Decided& answer) { told(request, answer); });
}

void World::told(std::size_t number, const Decided& answer) {
    Request& request = requests_[number];
    if (answer.verdict == Verdict::KeyReused) problem("a retry was taken for another request");
    if (!answer.is_accepted()) return;
    ++answers;
    if (request.receipt &&
        (*request.receipt != answer.receipt || answer.verdict == Verdict::Accepted)) {
        problem(fmt::format("request {} was accepted twice", number));
    }
    request.receipt = answer.receipt;
}

void World::tell(What what) {
    server_->desk->submit({std::move(what), AccountId(fmt::format("buyer {}", below(8))), {}, {}},
                          [](const Decided&) {});
    run_server(*server_, false);
}

void World::shop_people() {
    const SkuId sku = skus_[below(skus_.size())];
    const Allocator* allocator = server_->desk->allocator();
    const std::int64_t last = allocator == nullptr ? 1 : allocator->last_number();
    switch (below(7)) {
        case 0:
            return tell(
                MoveStock{sku, static_cast<std::int64_t>(1 + below(5)), MoveReason::Received});
        case 1: return tell(MoveStock{sku, -1, MoveReason::Corrected});
        case 2:
            return tell(PutSku{{.id = sku,
                                .shop = "main",
                                .name = "renamed",
                                .price = {static_cast<std::int64_t>(below(20'000))}}});
        case 3: {
            tell(PutDeal{{.sku = skus_[0],
                          .price = {500},
                          .quantity = static_cast<std::int64_t>(1 + below(4)),
                          .per_account_max = static_cast<std::int64_t>(below(3)),
                          .starts_at = clock_.wall(),
                          .ends_at = clock_.wall() + Milliseconds(1 + below(2'000'000))}});
            // Its number is the next one, if it was made and the disk is still there.
            if (server_->desk->allocator() != nullptr &&
                server_->desk->allocator()->last_number() == last + 1 && !disk_.is_off()) {
                deals_.emplace_back(last + 1);
                tell(StartDeal{deals_.back()});
            }
            return;
        }
        case 4: return deals_.empty() ? void() : tell(EndDeal{deals_.back()});
        default: break;
    }
    if (requests_.empty()) return;
    const Request& request = requests_[below(requests_.size())];
    if (!request.receipt || !std::holds_alternative<PlaceOrder>(request.command.what)) return;
    const OrderId order(request.receipt->number);
    if (below(2) == 0) return tell(AdvanceOrder{order, static_cast<Stage>(1 + below(3))});
    RefundOrder refund{order, {}};
    if (below(2) == 0) refund.lines.push_back({0, 1});
    tell(refund);
}

void World::pass(Milliseconds time) {
    clock_.pass(time);
    provider_->advance(
        WallTime(std::chrono::duration_cast<Milliseconds>(clock_.steady().time_since_epoch()) +
                 shop::test::opening.time_since_epoch()));
    tell(Tick{});
}

void World::ask_provider(const ProviderRequest& ask) {
    // An answer goes to the process that asked; when that has died, to nobody.
    provider_->ask(ask, [this](ReportPayment report) {
        if (server_ && below(10) != 0) {
            server_->desk->submit({std::move(report), {}, {}, {}}, [](const Decided&) {});
        }
    });
}

/// Repeated until we have said that we have it, as providers do.
void World::deliver_webhooks() {
    for (const auto& [id, report] : webhooks_) {
        if (!server_ || below(4) == 0) continue;
        server_->desk->submit({report, {}, {}, {}}, [this, event = id](const Decided& answer) {
            if (answer.verdict != Verdict::NotSelling) webhooks_.erase(event);
        });
    }
}

/// As store/sweeper does, between the desk's turns; neither believes a clock that is set.
void World::sweep() {
    if (clock_.steady() - server_->swept_at < swept_every || !problem_.empty()) return;
    run_server(*server_, false);  // no retry is on its way any more
    const Allocator* const live = server_->desk->allocator();
    if (live == nullptr || !problem_.empty() || disk_.is_off()) return;
    server_->swept_at = clock_.steady();
    if (const auto done = sweep_in_transactions(live->now()); !done && !disk_.is_off()) {
        problem("a sweep failed: " + done.error().message);
    }
    if (database_->in_transaction()) (void)database_->execute("ROLLBACK");
}

Result<void> World::sweep_in_transactions(WallTime now) {
    for (store::Retention& each : server_->retentions) {
        store::Removed piece;
        do {
            TRY_VOID(database_->execute("BEGIN IMMEDIATE"));
            piece = TRY(each.step(*database_, now));
            TRY_VOID(database_->execute("COMMIT"));
            removed += static_cast<std::int64_t>(piece.count);
        } while (piece.more);
    }
    return {};
}

bool World::is_removed(std::int64_t number) {
    auto query = database_->prepare("SELECT 1 FROM removed WHERE number = ?");
    if (!query) return false;
    const auto found = query->bind(number).step();
    return found && *found;
}

void World::check_acknowledged() {
    for (std::size_t i = 0; i < requests_.size(); ++i) {
        const Request& request = requests_[i];
        if (!request.receipt || is_removed(request.receipt->number)) continue;
        const auto found = server_->sink->find_key(request.command.account, request.command.key);
        if (!found || !*found) {
            return problem(fmt::format("request {} was acknowledged and is lost", i));
        }
        if ((*found)->receipt != *request.receipt) {
            return problem(fmt::format("request {} has another receipt than was told", i));
        }
    }
}

void World::check_tables() {
    if (std::string broken = broken_invariant(*database_); !broken.empty() && !disk_.is_off()) {
        problem(std::move(broken));
    }
}

/// What is in memory is what a restart would make of the disk. One that found times of a future in
/// the tables, because the clock had been set back, brought them down to its own hour: from then on
/// the two may differ in when something ends, and in nothing else.
void World::check_memory() {
    const Allocator* live = server_->desk->allocator();
    if (live == nullptr || disk_.is_off() || mistake_ == Mistake::AcknowledgeEarly) return;
    auto snapshot = server_->sink->read(live->now() - rules_.cool_down_window - rules_.cool_down);
    if (!snapshot) return problem("the tables cannot be read: " + snapshot.error().message);
    auto rebuilt = Allocator::rebuild(*std::move(snapshot), rules_, live->now());
    if (!rebuilt) return problem(rebuilt.error().message);
    const bool with_times = !time_went_back_;
    const std::string kept = rebuilt->to_text(with_times);
    if (const std::string known = live->to_text(with_times); kept != known) {
        problem(fmt::format("memory and disk differ:\n--- memory\n{}--- disk\n{}", known, kept));
    }
}

void World::settle_everything() {
    disk_.cut_after(-1);
    replaced_.reset();
    provider_->turn({.delay_max = 100ms});
    for (int i = 0; i < 150 && problem_.empty(); ++i) {
        pass(60s);
        deliver_webhooks();
        run_server(*server_, false);
        sweep();
    }
    if (problem_.empty()) check_tables();
    if (problem_.empty()) check_memory();
    for (const char* open : {"SELECT COUNT(*) FROM reservation WHERE state = 'HELD'",
                             "SELECT COUNT(*) FROM orders WHERE state IN ('PENDING_PAYMENT',"
                             " 'REFUND_PENDING')",
                             "SELECT COUNT(*) FROM payment WHERE state IN ('CREATED',"
                             " 'REQUIRES_ACTION', 'AUTHORIZED', 'FAILED', 'UNKNOWN')"}) {
        auto query = database_->prepare(open);
        if (query && query->step() && query->integer(0) != 0) {
            problem(fmt::format("never settled: {}", open));
        }
    }
}

/// What the provider has taken is what orders were paid with, to the won.
void World::check_money() {
    for (const auto& [payment, account] : provider_->accounts()) {
        if (is_removed(account.order.value)) {
            if (account.state == Said::Voided) continue;
            return problem(fmt::format("order {} was removed, and its payment is not off",
                                       account.order.value));
        }
        const auto order = server_->sink->find_order(account.order);
        if (!order || !*order) return problem("money was asked for an order that is not there");
        const Payment& ours = (*order)->payment;
        const std::int64_t kept = account.captured() - account.refunded();
        if (ours.captured_minor - ours.refunded_minor != kept) {
            return problem(fmt::format("the provider keeps {} of order {}, we know of {}", kept,
                                       account.order.value,
                                       ours.captured_minor - ours.refunded_minor));
        }
        const OrderState state = (*order)->state;
        const bool is_bought = state == OrderState::Paid || state == OrderState::Preparing ||
                               state == OrderState::Shipped || state == OrderState::Delivered ||
                               state == OrderState::PartRefunded;
        if (kept > 0 && !is_bought) {
            return problem(fmt::format("order {} is {} and its money is kept", account.order.value,
                                       to_string(state)));
        }
    }
}

}  // namespace shopcast::simulation
