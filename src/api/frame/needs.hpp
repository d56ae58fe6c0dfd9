#pragma once

#include <cstdint>

#include "people/permissions.hpp"

namespace shopcast::api {

/// What a route asks of whoever uses it. There is no default: every route says it, and what it says
/// is looked at before its handler runs.
struct Needs {
    enum class Kind : std::uint8_t {
        Nobody,      ///< anybody may, signed in or not
        Account,     ///< signed in by a session: an API token never manages its own account
        Permission,  ///< `action` with `access`, at `where`
    };
    enum class Where : std::uint8_t {
        Anywhere,      ///< somewhere at least; the handler looks at each object it touches
        Channel,       ///< the shop of the channel ":channel"
        Shop,          ///< the shop ":shop"
        ShopOrServer,  ///< the same; "*" is the whole server
        Server,        ///< the whole server: a role in a shop does not reach it
        Own,           ///< what belongs to the caller; the handler looks for nobody else's
    };

    Kind kind;
    people::Action action = people::Action::Watch;
    people::Access access = people::Access::Read;
    Where where = Where::Anywhere;

    static constexpr Needs nobody() { return {.kind = Kind::Nobody}; }
    static constexpr Needs account() { return {.kind = Kind::Account}; }
    static constexpr Needs read(people::Action action, Where where = Where::Anywhere) {
        return {Kind::Permission, action, people::Access::Read, where};
    }
    static constexpr Needs write(people::Action action, Where where = Where::Anywhere) {
        return {Kind::Permission, action, people::Access::Write, where};
    }
};

}  // namespace shopcast::api
