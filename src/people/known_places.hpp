#pragma once

#include <string>

#include "base/random.hpp"
#include "people/sessions.hpp"
#include "store/sqlite.hpp"

/// Where an account was signed in to: browsers, by a cookie that outlives the session, and
/// addresses. Who guesses its password elsewhere uses up what strangers may try, and nothing of
/// what its owner may. The functions that write run on the writer's thread.
namespace shopcast::people {

/// The account was signed in to from there. Gives the browser's token: the one that it has, or a
/// new one. Above limits::known_places_per_account_max the one that was longest unused is
/// forgotten.
Result<std::string> remember_place(store::Database& database, const AccountId& account,
                                   const Visit& visit, Random& random, WallTime now);
/// A name of the place that `login` was signed in to before: the browser's, else the address's.
/// Empty: it is unknown.
Result<std::string> find_place(store::Database& database, std::string_view login,
                               const Visit& visit);
/// Whoever knew the password may know it no more.
Result<void> forget_places(store::Database& database, const AccountId& account);

}  // namespace shopcast::people
