#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "people/principal.hpp"

/// Who may do what: the table, and the one function that reads it. Everything not in it is denied.
namespace shopcast::people {

enum class Action {
    Watch,            ///< watch, read chat, browse, search
    Participate,      ///< chat, like, vote, cart, buy, own orders and sessions
    Moderate,         ///< delete, block, mute, slow, freeze, word lists
    ManageChannels,   ///< channels, stream keys, shows, pins, polls
    ManageCatalogue,  ///< products, stock, deals, coupons, orders, refunds
    Operate,          ///< streams and health of all, stop a stream, limits, backups, drill
    ReadAudit,        ///< audit log, money reports
    GrantRoles,       ///< roles within a shop
    ManageAccounts,   ///< other people's accounts
    ManageShops,      ///< which shops there are, and their names
};
inline constexpr std::array actions{
    Action::Watch,           Action::Participate, Action::Moderate,  Action::ManageChannels,
    Action::ManageCatalogue, Action::Operate,     Action::ReadAudit, Action::GrantRoles,
    Action::ManageAccounts,  Action::ManageShops};
/// "manage_channels": the key in a session's `permissions`.
std::string_view to_string(Action action);

/// How far an action reaches, from nothing to everything.
enum class Level {
    None,
    Own,          ///< What belongs to the account itself.
    OwnChannels,  ///< Streams of the channels of the shops where it has the role.
    Shop,         ///< Objects of the shops where it has the role.
    Read,         ///< Everything, without changing it.
    Support,      ///< Everything to read; to change, only people without a role for the server.
    All,
};
/// "own_channels": the value in a session's `permissions`.
std::string_view to_string(Level level);

/// The columns of the table: Role's, and the two that need no grant.
enum class Kind { Anonymous, Viewer, Moderator, Host, Operator, Auditor, Admin };
constexpr Level level_of(Kind kind, Action action);

/// What is acted on. Leave out what it does not have.
struct Target {
    std::optional<AccountId> owner;  ///< For Participate: whose it is.
    std::string shop;                ///< Of the object, or of its channel.
    bool of_server_staff = false;    ///< For ManageAccounts: it has a role for the whole server.
};
/// An account as the target of ManageAccounts.
Target target_of(const Account& account);
enum class Access { Read, Write };

enum class Decision {
    Allowed,
    SignInRequired,  ///< 401
    Forbidden,       ///< 403: the role does not do this at all, or only looks
    NotFound,        ///< 404: it does, but not there; told as if the object did not exist
};
Decision decide(const Caller& caller, Action action, const Target& target, Access access);

/// How far `caller` reaches with `action` in any shop: for lists and menus.
struct Reach {
    Level level = Level::None;
    std::vector<std::string> shops;  ///< With Shop and OwnChannels: which.

    bool everywhere() const { return level >= Level::Read; }
};
Reach reach_of(const Caller& caller, Action action);

namespace table {

// Rows: Action; columns: Kind.
inline constexpr auto none = Level::None;
inline constexpr auto own = Level::Own;
inline constexpr auto mine = Level::OwnChannels;
inline constexpr auto shop = Level::Shop;
inline constexpr auto read = Level::Read;
inline constexpr auto help = Level::Support;
inline constexpr auto all = Level::All;
// clang-format off
inline constexpr std::array<std::array<Level, 7>, 10> levels{{
    // anonymous viewer moderator host operator auditor admin
    {all,  all,  all,  all,  all,  all,  all},   // Watch
    {none, own,  own,  own,  own,  own,  own},   // Participate
    {none, none, shop, shop, none, none, all},   // Moderate
    {none, none, none, shop, none, none, all},   // ManageChannels
    {none, none, none, shop, none, none, all},   // ManageCatalogue
    {none, none, none, mine, all,  read, all},   // Operate
    {none, none, none, shop, none, read, all},   // ReadAudit
    {none, none, none, shop, none, read, all},   // GrantRoles
    {none, none, none, none, help, read, all},   // ManageAccounts
    {none, none, none, none, none, read, all},   // ManageShops
}};
// clang-format on

}  // namespace table

constexpr Level level_of(Kind kind, Action action) {
    return table::levels[static_cast<std::size_t>(action)][static_cast<std::size_t>(kind)];
}

}  // namespace shopcast::people
