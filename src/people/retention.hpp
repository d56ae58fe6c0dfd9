#pragma once

#include <vector>

#include "people/settings.hpp"
#include "store/sweeper.hpp"

namespace shopcast::people {

/// What has had its time: links that nobody used, browsers and addresses that nobody signs in from
/// any more, the logins of deleted accounts, and accounts that nobody came back to after their
/// first day and that have nothing else (no session, token, role or what settings.is_needed knows
/// of) `unused_kept` after they were made. (Sessions and tokens end by themselves.)
std::vector<store::Retention> retentions(const Settings& settings, Milliseconds unused_kept);

}  // namespace shopcast::people
