#pragma once

#include "store/schema.hpp"

namespace shopcast::audit {

/// The tables of this module.
const store::Schema& schema();

}  // namespace shopcast::audit
