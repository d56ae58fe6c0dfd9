#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "people/account.hpp"

namespace shopcast::people {

/// An account as far as decisions need it; an immutable value of the moment it was looked up.
struct Principal {
    AccountId id;
    std::string login;
    std::string display_name;
    Language language = Language::En;
    /// In force now: empty while accounts.staff_totp_required holds them back (`totp_missing`).
    std::vector<Grant> grants;
    bool totp = false;
    bool totp_missing = false;

    bool is_staff() const { return !grants.empty(); }
};

/// What an API token may be used for. A token never exceeds its account.
enum class Scope : std::uint8_t { Read, Channels, Streams, Accounts, Audit };
std::string_view to_string(Scope scope);
std::optional<Scope> scope_from(std::string_view text);

/// A set of scopes.
class Scopes {
public:
    constexpr Scopes() = default;
    constexpr Scopes(std::initializer_list<Scope> scopes) {
        for (const Scope scope : scopes) add(scope);
    }
    constexpr void add(Scope scope) { bits_ |= static_cast<std::uint8_t>(1U << bit(scope)); }
    constexpr bool has(Scope scope) const { return (bits_ >> bit(scope) & 1U) != 0; }
    constexpr bool empty() const { return bits_ == 0; }
    std::vector<Scope> list() const;
    /// "read channels"; unknown words are left out when read.
    std::string to_text() const;
    static Scopes from_text(std::string_view text);

    friend bool operator==(const Scopes&, const Scopes&) = default;

private:
    static constexpr unsigned bit(Scope scope) { return static_cast<unsigned>(scope); }
    std::uint8_t bits_ = 0;
};

/// Who sends a request. Without `who`: anonymous.
struct Caller {
    std::shared_ptr<const Principal> who;
    std::string session_id;        ///< Empty: not by a session.
    std::string token_id;          ///< Empty: not by an API token.
    std::optional<Scopes> scopes;  ///< Of the token; none: everything the account may.

    bool by_token() const { return !token_id.empty(); }
};

using audit::Actor;

}  // namespace shopcast::people
