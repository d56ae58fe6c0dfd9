#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace shopcast::settings {

/// What the file holds that `setting` names, without the white space around it. Errors: Config: it
/// cannot be read.
Result<std::string> read_secret(std::string_view setting, const std::string& path);

}  // namespace shopcast::settings
