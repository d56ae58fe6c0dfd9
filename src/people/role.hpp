#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace shopcast::people {

/// What an account may be beyond a viewer. Host and Moderator are of a shop; the others of the
/// whole server, with the shop "*".
enum class Role { Moderator, Host, Operator, Auditor, Admin };

std::string_view to_string(Role role);
std::optional<Role> role_from(std::string_view text);

constexpr bool is_global(Role role) {
    return role == Role::Operator || role == Role::Auditor || role == Role::Admin;
}

inline constexpr std::string_view every_shop = "*";

struct Grant {
    Role role;
    std::string shop;  ///< "*" exactly when is_global(role).

    friend auto operator<=>(const Grant&, const Grant&) = default;
};

}  // namespace shopcast::people
