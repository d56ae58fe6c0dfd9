#pragma once

#include <string>
#include <vector>

#include "async/task.hpp"
#include "people/context.hpp"

namespace shopcast::people {

struct GrantView {
    AccountId account;
    std::string login;
    std::string display_name;
    Grant grant;
    WallTime granted_at;
    std::string granted_by;  ///< A login; empty: the command line or setup.
};

/// Who has which role. Changes are in force when they are answered, in every open session.
class RoleGrants {
public:
    explicit RoleGrants(Context& context) : context_(context) {}

    /// In order of logins. `shop` "*": the roles of the whole server. Errors: NotFound (no such
    /// shop), Busy.
    async::Task<Answer<std::vector<GrantView>>> list(async::Loop& loop, std::string shop);
    /// Fine when it is there already. Errors: NotFound (account or shop), InvalidInput (field role:
    /// a role that is not of such a shop), TooMany, Busy.
    async::Task<Answer<void>> grant(async::Loop& loop, std::string login, Grant grant, Actor by);
    /// Errors: NotFound (account or grant), LastAdmin, Busy.
    async::Task<Answer<void>> revoke(async::Loop& loop, std::string login, Grant grant, Actor by);

private:
    Context& context_;
};

}  // namespace shopcast::people
