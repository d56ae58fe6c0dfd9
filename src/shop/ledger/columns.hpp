#pragma once

#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "shop/core/money.hpp"
#include "shop/core/states.hpp"
#include "store/sqlite.hpp"

/// Columns of the shop's tables, as its records have them. Errors: Malformed.
namespace shopcast::shop {

inline WallTime time_in(const store::Statement& row, int column) {
    return WallTime(Milliseconds(row.integer(column)));
}

inline Result<Currency> currency_in(const store::Statement& row, int column) {
    const auto currency = currency_from(row.text(column));
    if (!currency) return fail(Errc::Malformed, "a currency that is none");
    return *currency;
}

template <typename State>
Result<State> state_in(const store::Statement& row, int column) {
    const auto state = state_from<State>(row.text(column));
    if (!state) {
        return fail(Errc::Malformed, "a state that is none: " + std::string(row.text(column)));
    }
    return *state;
}

}  // namespace shopcast::shop
