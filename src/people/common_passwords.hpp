#pragma once

#include <string_view>

namespace shopcast::people {

/// One of the passwords that guessers try first, in any case (ASVS 6.2.4: the top 3,000 that the
/// other rules would let pass).
bool is_common_password(std::string_view password);

}  // namespace shopcast::people
