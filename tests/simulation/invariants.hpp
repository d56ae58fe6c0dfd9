#pragma once

#include <string>

#include "store/sqlite.hpp"

namespace shopcast::simulation {

/// What must be true of the shop's tables between any two transactions, whatever has happened,
/// asked without the shop's own code. Returns what is not true; empty: all well.
std::string broken_invariant(store::Database& database);

}  // namespace shopcast::simulation
