#pragma once

#include <string>

#include "store/sqlite.hpp"

namespace shopcast::simulation {

/// What must be true of the shop's tables between any two transactions, whatever has happened,
/// asked without the shop's own code. Returns what is not true; empty: all well.
/// REQUIRES: remember_removed().
std::string broken_invariant(store::Database& database);

/// The numbers of rows that go are kept, in the transactions that take them: table
/// removed(number).
Result<void> remember_removed(store::Database& database);

}  // namespace shopcast::simulation
