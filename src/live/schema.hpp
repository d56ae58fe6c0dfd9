#pragma once

#include "store/schema.hpp"

namespace shopcast::live {

/// The tables of this module: what happened on air.
const store::Schema& schema();

}  // namespace shopcast::live
