#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "people/account.hpp"
#include "people/secret.hpp"
#include "store/sqlite.hpp"

/// Tokens that do one thing once. All of these run on the writer's thread, so a link used twice at
/// the same time works once.
namespace shopcast::people {

enum class LinkKind { ResetPassword, VerifyEmail, Setup };

/// people/limits.hpp has their reasons.
Milliseconds lifetime_of(LinkKind kind);

struct OneTimeLink {
    LinkKind kind;
    AccountId account;  ///< Empty for Setup.
    std::string email;  ///< For VerifyEmail: the address that is verified by it.
};
struct NewLink {
    std::string token;  ///< 32 base32 characters (160 bits); shown now and never again.
    WallTime expires_at;
};

/// A new link; older ones of the same kind and account stop working.
Result<NewLink> make_link(store::Database& database, const OneTimeLink& link, Random& random,
                          WallTime now);
/// Looks without using it up (any thread with a connection).
Result<std::optional<OneTimeLink>> find_link(store::Database& database, LinkKind kind,
                                             std::string_view token, WallTime now);
/// Uses the link up. Nothing when it is unknown, used, expired or of another kind.
Result<std::optional<OneTimeLink>> use_link(store::Database& database, LinkKind kind,
                                            std::string_view token, WallTime now);
/// Those of one kind, or all, of an account.
Result<void> erase_links(store::Database& database, const AccountId& account,
                         std::optional<LinkKind> kind = std::nullopt);

}  // namespace shopcast::people
