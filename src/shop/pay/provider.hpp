#pragma once

#include <functional>

#include "shop/core/batch.hpp"
#include "shop/core/command.hpp"

namespace shopcast::shop {

/// Somebody who moves money. Requests are idempotent by their payment, refund and kind: asked
/// twice, done once. Safe from any thread.
class Provider {
public:
    using Heard = std::move_only_function<void(ReportPayment)>;

    virtual ~Provider() = default;
    /// `heard` is called once, on any thread, with is_answer set: what is true now at the provider,
    /// or Silent when nobody answered in time, and then it may have been done or not. NotFound is
    /// only said when no CreateIntent of this payment can still be under way (by a steady clock,
    /// for the wall's may jump meanwhile); until then it is Silent.
    virtual void ask(const ProviderRequest& ask, Heard heard) = 0;
};

}  // namespace shopcast::shop
