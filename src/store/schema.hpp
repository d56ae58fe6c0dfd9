#pragma once

#include <string>

#include "base/result.hpp"
#include "store/sqlite.hpp"

namespace shopcast::store {

/// Brings a database to this program's schema, one numbered step after another, each in its own
/// transaction. Errors: Config when the database was written by a newer shopcast.
Result<void> migrate(Database& database);

/// Names this data folder for good: other people's servers tell several by it.
Result<std::string> installation_of(Database& database);

}  // namespace shopcast::store
