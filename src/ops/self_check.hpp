#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ops/config.hpp"

namespace shopcast::ops {

enum class Severity { High, Medium, Low };
std::string_view to_string(Severity severity);

/// A setting that makes the server less safe than it could be.
struct Finding {
    Severity severity;
    std::string code;     ///< stable, for programs
    std::string message;  ///< what is so
    std::string advice;   ///< what to set or do instead
};

/// Looks at the settings and at the permissions of the files they name; `needs_admin` says that
/// nobody has been made admin yet. The gravest findings come first. Reads files' modes, never their
/// content.
std::vector<Finding> self_check(const Config& config, bool needs_admin);

}  // namespace shopcast::ops
