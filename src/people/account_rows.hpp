#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "people/account.hpp"
#include "store/sqlite.hpp"

/// Accounts as the database keeps them. Functions that write run on the writer's thread.
namespace shopcast::people {

struct StoredAccount {
    Account account;
    std::string password_hash;  ///< PHC string; empty: nobody can sign in by password.
    ByteVector totp_secret;     ///< Empty: two-step sign-in is off.
    std::int64_t totp_last_step = 0;
};

/// Nothing when there is none or it was deleted.
Result<std::optional<StoredAccount>> read_account(store::Database& database, const AccountId& id);
Result<std::optional<StoredAccount>> read_account_by_login(store::Database& database,
                                                           std::string_view login);
/// The account, or the refusal NotFound.
Answer<StoredAccount> account_of(store::Database& database, const AccountId& id);

/// How others see an account; both empty where nobody knows it any more.
struct AccountName {
    std::string login;
    std::string display_name;
};
Result<AccountName> read_name(store::Database& database, const AccountId& id);
/// Accounts in order of their logins, after `after`, at most `limit`, that match `query`.
Result<std::vector<Account>> search_accounts(store::Database& database, std::string_view query,
                                             std::string_view after, int limit);
Result<std::vector<Grant>> read_grants(store::Database& database, const AccountId& id);

/// Without its grants. Errors: LoginTaken, TooMany.
Answer<void> insert_account(store::Database& database, const Account& account,
                            std::string_view password_hash);
Result<void> insert_grant(store::Database& database, const AccountId& id, const Grant& grant,
                          const std::optional<AccountId>& by, WallTime at);
Result<void> set_password(store::Database& database, const AccountId& id,
                          std::string_view password_hash);

/// There is an enabled admin other than `id`.
Result<bool> has_other_admin(store::Database& database, const AccountId& id);
/// The refusal LastAdmin where the server would have no admin without `account`.
Answer<void> check_not_last_admin(store::Database& database, const Account& account);

}  // namespace shopcast::people
