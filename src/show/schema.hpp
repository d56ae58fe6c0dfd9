#pragma once

#include "store/schema.hpp"

namespace shopcast::show {

/// The tables of this module.
const store::Schema& schema();

}  // namespace shopcast::show
