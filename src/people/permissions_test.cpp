#include "people/permissions.hpp"

#include <doctest/doctest.h>

#include <map>

#include "base/text.hpp"

using namespace shopcast;
using namespace shopcast::people;

namespace {

// DESIGN.md section 2, as its text. "help" is "disable, reset link" there.
constexpr std::string_view design = R"(
                 anonymous viewer moderator host operator auditor admin
watch            all       all    all       all  all      all     all
participate      none      own    own       own  own      own     own
moderate         none      none   shop      shop none     none    all
manage_channels  none      none   none      shop none     none    all
manage_catalogue none      none   none      shop none     none    all
operate          none      none   none      own_channels all read all
read_audit       none      none   none      shop none     read    all
grant_roles      none      none   none      shop none     read    all
manage_accounts  none      none   none      none support  read    all
manage_shops     none      none   none      none none     read    all
)";

std::vector<std::string> words_of(std::string_view line) {
    std::vector<std::string> words;
    for (const std::string_view word : split(line, ' ')) {
        if (!word.empty()) words.emplace_back(word);
    }
    return words;
}

/// {action, kind} to the level in the text.
std::map<std::pair<std::string, std::string>, std::string> cells() {
    std::map<std::pair<std::string, std::string>, std::string> levels;
    std::vector<std::string> kinds;
    for (const std::string_view line : split(design, '\n')) {
        const std::vector<std::string> words = words_of(line);
        if (words.empty()) continue;
        if (kinds.empty()) {
            kinds = words;
            continue;
        }
        REQUIRE(words.size() == kinds.size() + 1);
        for (std::size_t i = 0; i < kinds.size(); ++i) levels[{words[0], kinds[i]}] = words[i + 1];
    }
    return levels;
}

Caller caller_with(std::vector<Grant> grants) {
    auto who = std::make_shared<Principal>();
    who->id = AccountId("me");
    who->grants = std::move(grants);
    return {.who = std::move(who), .session_id = "s"};
}

Caller caller_of(const std::string& kind) {
    if (kind == "anonymous") return {};
    const auto role = role_from(kind);
    if (!role) return caller_with({});
    return caller_with({{*role, is_global(*role) ? "*" : "main"}});
}

Action action_of(const std::string& name) {
    for (const Action action : actions) {
        if (to_string(action) == name) return action;
    }
    FAIL("no action " << name);
    return Action::Watch;
}

const Target mine{.owner = AccountId("me"), .shop = "main"};
const Target of_my_shop{.owner = AccountId("other"), .shop = "main"};
const Target elsewhere{.owner = AccountId("other"), .shop = "another"};

struct Expected {
    Decision mine, of_my_shop, elsewhere, read_elsewhere;
};

Expected expected_of(const std::string& level, bool anonymous) {
    using enum Decision;
    if (level == "all") return {Allowed, Allowed, Allowed, Allowed};
    if (anonymous) return {SignInRequired, SignInRequired, SignInRequired, SignInRequired};
    if (level == "own") return {Allowed, NotFound, NotFound, NotFound};
    if (level == "shop" || level == "own_channels") return {Allowed, Allowed, NotFound, NotFound};
    if (level == "read") return {Forbidden, Forbidden, Forbidden, Allowed};
    if (level == "support") return {Allowed, Allowed, Allowed, Allowed};
    return {Forbidden, Forbidden, Forbidden, Forbidden};
}

}  // namespace

TEST_CASE("every cell of the table, for objects of one's own, of the shop and of others") {
    const auto table = cells();
    CHECK(table.size() == 10 * 7);
    for (const auto& [cell, level] : table) {
        const auto& [action_name, kind] = cell;
        CAPTURE(action_name);
        CAPTURE(kind);
        const Action action = action_of(action_name);
        const Caller caller = caller_of(kind);
        const Expected expected = expected_of(level, kind == "anonymous");
        CHECK(decide(caller, action, mine, Access::Write) == expected.mine);
        CHECK(decide(caller, action, of_my_shop, Access::Write) == expected.of_my_shop);
        CHECK(decide(caller, action, elsewhere, Access::Write) == expected.elsewhere);
        CHECK(decide(caller, action, elsewhere, Access::Read) == expected.read_elsewhere);
        CHECK(to_string(reach_of(caller, action).level) == level);
    }
}

TEST_CASE("an object without an owner or a shop belongs to nobody") {
    const Caller host = caller_of("host");
    CHECK(decide(host, Action::ManageChannels, {}, Access::Read) == Decision::NotFound);
    CHECK(decide(host, Action::Participate, {}, Access::Read) == Decision::NotFound);
    CHECK(decide(caller_of("admin"), Action::ManageChannels, {}, Access::Write) ==
          Decision::Allowed);
}

TEST_CASE("roles of several shops add up, and none reaches into a third") {
    const Caller caller = caller_with({{Role::Host, "a"}, {Role::Moderator, "b"}});
    const auto may = [&](Action action, const char* shop) {
        return decide(caller, action, {.owner = std::nullopt, .shop = shop}, Access::Write);
    };
    CHECK(may(Action::ManageChannels, "a") == Decision::Allowed);
    CHECK(may(Action::ManageChannels, "b") == Decision::NotFound);
    CHECK(may(Action::Moderate, "a") == Decision::Allowed);
    CHECK(may(Action::Moderate, "b") == Decision::Allowed);
    CHECK(may(Action::Moderate, "c") == Decision::NotFound);
    CHECK(may(Action::Moderate, "*") == Decision::NotFound);
    CHECK(reach_of(caller, Action::Moderate).shops == std::vector<std::string>{"a", "b"});
    CHECK_FALSE(reach_of(caller, Action::Moderate).everywhere());
    CHECK(reach_of(caller_of("auditor"), Action::ReadAudit).everywhere());
}

TEST_CASE("an auditor who is a host may write where he is host, and only look elsewhere") {
    const Caller caller = caller_with({{Role::Auditor, "*"}, {Role::Host, "main"}});
    CHECK(decide(caller, Action::GrantRoles, of_my_shop, Access::Write) == Decision::Allowed);
    CHECK(decide(caller, Action::GrantRoles, elsewhere, Access::Write) == Decision::Forbidden);
    CHECK(decide(caller, Action::GrantRoles, elsewhere, Access::Read) == Decision::Allowed);
}

TEST_CASE("an operator helps people, and not those who could be more than an operator") {
    Account admin;
    admin.id = AccountId("boss");
    admin.grants = {{Role::Admin, "*"}};
    Account host = admin;
    host.grants = {{Role::Host, "main"}};
    const Caller caller = caller_of("operator");
    const auto may = [&](const Account& account, Access access) {
        return decide(caller, Action::ManageAccounts, target_of(account), access);
    };
    CHECK(may(host, Access::Write) == Decision::Allowed);
    CHECK(may(admin, Access::Write) == Decision::Forbidden);
    CHECK(may(admin, Access::Read) == Decision::Allowed);
    CHECK(decide(caller_of("admin"), Action::ManageAccounts, target_of(admin), Access::Write) ==
          Decision::Allowed);
}

TEST_CASE("a token does what its scopes name, and never more than its account") {
    struct Row {
        Scopes scopes;
        Action action;
        Access access;
        Decision decision;
    };
    using enum Decision;
    for (const auto& [scopes, action, access, decision] : std::initializer_list<Row>{
             {{Scope::Read}, Action::ManageChannels, Access::Read, Allowed},
             {{Scope::Read}, Action::ManageChannels, Access::Write, Forbidden},
             {{Scope::Channels}, Action::ManageChannels, Access::Write, Allowed},
             {{Scope::Channels}, Action::Operate, Access::Read, Forbidden},
             {{Scope::Streams}, Action::Operate, Access::Write, Allowed},
             {{Scope::Read}, Action::ReadAudit, Access::Read, Forbidden},
             {{Scope::Audit}, Action::ReadAudit, Access::Read, Allowed},
             {{Scope::Read}, Action::ManageAccounts, Access::Read, Forbidden},
             {{Scope::Accounts}, Action::ManageAccounts, Access::Write, Allowed},
             {{Scope::Accounts}, Action::GrantRoles, Access::Write, Allowed},
             {{Scope::Channels, Scope::Streams}, Action::Moderate, Access::Write, Forbidden},
             {{Scope::Read}, Action::Participate, Access::Write, Forbidden},
             {{}, Action::Watch, Access::Read, Allowed}}) {
        Caller admin = caller_of("admin");
        admin.scopes = scopes;
        CAPTURE(to_string(action));
        CHECK(decide(admin, action, mine, access) == decision);
        Caller viewer = caller_of("viewer");
        viewer.scopes = scopes;
        if (action != Action::Watch && action != Action::Participate) {
            CHECK(decide(viewer, action, mine, access) == Forbidden);
        }
    }
    CHECK(Scopes::from_text("read  audit nonsense") == Scopes{Scope::Read, Scope::Audit});
    CHECK(Scopes{Scope::Audit, Scope::Read}.to_text() == "read audit");
}
