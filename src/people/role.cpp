#include "people/role.hpp"

namespace shopcast::people {

std::string_view to_string(Role role) {
    switch (role) {
        case Role::Moderator: return "moderator";
        case Role::Host: return "host";
        case Role::Operator: return "operator";
        case Role::Auditor: return "auditor";
        case Role::Admin: return "admin";
    }
    return "";
}

std::optional<Role> role_from(std::string_view text) {
    for (const Role role :
         {Role::Moderator, Role::Host, Role::Operator, Role::Auditor, Role::Admin}) {
        if (text == to_string(role)) return role;
    }
    return std::nullopt;
}

}  // namespace shopcast::people
