#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "store/sqlite.hpp"

namespace shopcast::store {

/// A module's tables: each step is SQL that runs once, step N after N - 1. A module refers to no
/// table of a module that it does not use.
struct Schema {
    std::string_view module;
    std::span<const std::string_view> steps;
};

/// What a data folder is as a whole: its installation, and the shops in it.
const Schema& schema();

/// Brings a database to this program's tables: schema(), then `modules` in their order, each step
/// in a transaction of its own. Errors: Config when it was written by a newer shopcast, or by one
/// from before modules had tables of their own.
Result<void> migrate(Database& database, std::initializer_list<const Schema*> modules);

/// Names this data folder for good: other people's servers tell several by it.
Result<std::string> installation_of(Database& database);

Result<bool> has_shop(Database& database, std::string_view shop);
/// The shop that is meant where none is named: the one there is. None: there are several.
Result<std::optional<std::string>> only_shop(Database& database);

}  // namespace shopcast::store
