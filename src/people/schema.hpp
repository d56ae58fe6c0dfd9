#pragma once

#include "store/schema.hpp"

namespace shopcast::people {

/// The tables of this module. Sessions, API tokens, links and recovery codes are there by their
/// SHA-256 alone, passwords by Argon2id. A TOTP secret has to be there itself: both sides compute
/// with it. An account that was deleted keeps its row, with nothing but id and login in it, for
/// limits::deleted_login_kept_for.
const store::Schema& schema();

}  // namespace shopcast::people
