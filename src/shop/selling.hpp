#pragma once

#include <map>
#include <memory>

#include "base/random.hpp"
#include "net/http_client.hpp"
#include "shop/core/order_desk.hpp"
#include "shop/ledger/shop_writer.hpp"
#include "shop/orders/ordered_carts.hpp"
#include "shop/pay/fake_provider.hpp"
#include "shop/pay/stripe_provider.hpp"
#include "shop/settings.hpp"

namespace shopcast::shop {

/// What an earlier process's fake provider had made, as far as the shop's own records tell.
Result<std::map<std::int64_t, FakeProvider::Account>> fake_accounts_of(store::Database& database);

/// The desk, the allocator behind it and the provider that it asks, put together: made before the
/// writer on whose thread it decides, and destroyed after it.
class Selling {
public:
    /// `random` and `clock` outlive it. `earlier`: of the fake provider.
    Selling(SellingSettings settings, Random& random, const Clock& clock,
            std::map<std::int64_t, FakeProvider::Account> earlier);

    /// Opens the desk on `writer`'s thread. Called once. `observer` outlives the writer.
    void open(store::Writer& writer, CommitObserver* observer = nullptr);
    /// Nobody is asked from now on. While the writer still runs.
    void stop();

    /// Tells the time to the desk and the provider until the loop stops.
    async::Task<void> tend(async::Loop& loop);

    Conditions conditions() const { return desk_.conditions(); }

    OrderDesk& desk() { return desk_; }
    const SellingSettings& settings() const { return settings_; }
    /// nullptr: somebody else moves the money.
    StripeProvider* stripe() { return stripe_.get(); }

private:
    Provider& provider();
    void hear(ReportPayment report);

    // Constant after construction.
    const SellingSettings settings_;
    const Clock& clock_;

    std::atomic<store::Writer*> writer_ = nullptr;
    OrderDesk desk_;
    OrderedCarts ordered_carts_;
    ShopWriter shop_writer_{desk_};
    // Below the desk, which their answers reach. One of both.
    std::unique_ptr<FakeProvider> fake_;
    std::unique_ptr<net::HttpClient> http_;
    std::unique_ptr<StripeProvider> stripe_;
};

}  // namespace shopcast::shop
