#pragma once

#include <map>

#include "base/random.hpp"
#include "shop/fake_provider.hpp"
#include "shop/order_desk.hpp"
#include "shop/shop_writer.hpp"

namespace shopcast::shop {

/// What an operator decides about selling.
struct SellingSettings {
    Rules rules;
    Currency currency = Currency::Krw;  ///< Of every price: a shop has one.
    /// There is somebody to move the money; otherwise products are shown and not sold.
    bool takes_orders = true;
    /// The fake provider's buyers take up to this long to pay.
    Milliseconds fake_payment = Milliseconds(1'500);
};

/// What an earlier process's fake provider had made, as far as the shop's own records tell.
Result<std::map<std::int64_t, FakeProvider::Account>> fake_accounts_of(store::Database& database);

/// The desk, the allocator behind it and the provider that it asks, put together: made before the
/// writer on whose thread it decides, and destroyed after it.
class Selling {
public:
    /// `random` and `clock` outlive it.
    Selling(const SellingSettings& settings, Random& random, const Clock& clock,
            std::map<std::int64_t, FakeProvider::Account> earlier);

    /// Opens the desk on `writer`'s thread. Called once.
    void open(store::Writer& writer);

    /// Tells the time to the desk and the provider until the loop stops.
    net::Task<void> tend(net::Loop& loop);

    OrderDesk& desk() { return desk_; }
    const SellingSettings& settings() const { return settings_; }
    /// "fake": who moves the money.
    static std::string_view provider_name() { return "fake"; }

private:
    // Constant after construction.
    const SellingSettings settings_;
    const Clock& clock_;

    std::atomic<store::Writer*> writer_ = nullptr;
    FakeProvider provider_;
    OrderDesk desk_;
    ShopWriter shop_writer_{desk_};
};

}  // namespace shopcast::shop
