#include "people/permissions.hpp"

#include <algorithm>

namespace shopcast::people {
namespace {

Kind kind_of(Role role) {
    switch (role) {
        case Role::Moderator: return Kind::Moderator;
        case Role::Host: return Kind::Host;
        case Role::Operator: return Kind::Operator;
        case Role::Auditor: return Kind::Auditor;
        case Role::Admin: return Kind::Admin;
    }
    return Kind::Viewer;
}

/// What an API token needs to do this; nothing: no token may.
bool scopes_allow(const Scopes& scopes, Action action, Access access) {
    const bool reads = access == Access::Read && scopes.has(Scope::Read);
    switch (action) {
        case Action::Watch: return true;
        case Action::ManageChannels: return reads || scopes.has(Scope::Channels);
        case Action::Operate: return reads || scopes.has(Scope::Streams);
        // What concerns other people is not among "everything to read".
        case Action::GrantRoles:
        case Action::ManageAccounts: return scopes.has(Scope::Accounts);
        case Action::ReadAudit: return scopes.has(Scope::Audit);
        case Action::Participate:
        case Action::Moderate:
        case Action::ManageCatalogue:
        case Action::ManageShops: return reads;
    }
    return false;
}

/// What one grant says about one target. Later values win over earlier ones.
enum class Verdict { Nothing, Elsewhere, OnlyToRead, Allowed };

Verdict judge(Level level, const Principal& who, const Grant* grant, const Target& target,
              Access access) {
    const bool reading = access == Access::Read;
    switch (level) {
        case Level::None: return Verdict::Nothing;
        case Level::Own: return target.owner == who.id ? Verdict::Allowed : Verdict::Elsewhere;
        case Level::OwnChannels:
        case Level::Shop:
            return grant != nullptr && !target.shop.empty() && grant->shop == target.shop
                       ? Verdict::Allowed
                       : Verdict::Elsewhere;
        case Level::Read: return reading ? Verdict::Allowed : Verdict::OnlyToRead;
        case Level::Support:
            return reading || !target.of_server_staff ? Verdict::Allowed : Verdict::OnlyToRead;
        case Level::All: return Verdict::Allowed;
    }
    return Verdict::Nothing;
}

}  // namespace

std::string_view to_string(Action action) {
    switch (action) {
        case Action::Watch: return "watch";
        case Action::Participate: return "participate";
        case Action::Moderate: return "moderate";
        case Action::ManageChannels: return "manage_channels";
        case Action::ManageCatalogue: return "manage_catalogue";
        case Action::Operate: return "operate";
        case Action::ReadAudit: return "read_audit";
        case Action::GrantRoles: return "grant_roles";
        case Action::ManageAccounts: return "manage_accounts";
        case Action::ManageShops: return "manage_shops";
    }
    return "";
}

std::string_view to_string(Level level) {
    switch (level) {
        case Level::None: return "none";
        case Level::Own: return "own";
        case Level::OwnChannels: return "own_channels";
        case Level::Shop: return "shop";
        case Level::Read: return "read";
        case Level::Support: return "support";
        case Level::All: return "all";
    }
    return "";
}

Target target_of(const Account& account) {
    const bool staff = std::ranges::any_of(
        account.grants, [](const Grant& grant) { return is_global(grant.role); });
    return {.owner = account.id, .of_server_staff = staff};
}

Decision decide(const Caller& caller, Action action, const Target& target, Access access) {
    if (level_of(Kind::Anonymous, action) == Level::All) return Decision::Allowed;
    if (!caller.who) return Decision::SignInRequired;
    if (caller.scopes && !scopes_allow(*caller.scopes, action, access)) return Decision::Forbidden;
    const Principal& who = *caller.who;
    Verdict best = judge(level_of(Kind::Viewer, action), who, nullptr, target, access);
    for (const Grant& grant : who.grants) {
        const Level level = level_of(kind_of(grant.role), action);
        best = std::max(best, judge(level, who, &grant, target, access));
    }
    switch (best) {
        case Verdict::Allowed: return Decision::Allowed;
        case Verdict::Elsewhere: return Decision::NotFound;
        case Verdict::OnlyToRead:
        case Verdict::Nothing: return Decision::Forbidden;
    }
    return Decision::Forbidden;
}

Reach reach_of(const Caller& caller, Action action) {
    Reach reach{level_of(Kind::Anonymous, action), {}};
    if (!caller.who || reach.level == Level::All) return reach;
    if (caller.scopes && !scopes_allow(*caller.scopes, action, Access::Read)) return {};
    reach.level = level_of(Kind::Viewer, action);
    for (const Grant& grant : caller.who->grants) {
        const Level level = level_of(kind_of(grant.role), action);
        reach.level = std::max(reach.level, level);
        const bool of_shop = level == Level::Shop || level == Level::OwnChannels;
        if (of_shop && std::ranges::find(reach.shops, grant.shop) == reach.shops.end()) {
            reach.shops.push_back(grant.shop);
        }
    }
    return reach;
}

}  // namespace shopcast::people
