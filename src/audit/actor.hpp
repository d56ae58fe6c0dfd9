#pragma once

#include <optional>
#include <string>

#include "base/strong_id.hpp"

namespace shopcast::audit {

/// An account, whatever a module knows of it beside.
struct AccountId : StrongId<AccountId, std::string> {
    using StrongId::StrongId;
};

/// Who did it. Nobody: the command line, or somebody not signed in.
struct Actor {
    std::optional<AccountId> account;
    std::string address;  ///< As text; empty: the server's own machine.
};

}  // namespace shopcast::audit
