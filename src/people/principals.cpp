#include "people/principals.hpp"

#include "people/account_rows.hpp"

namespace shopcast::people {

Result<std::shared_ptr<const Principal>> Principals::read(store::Database& database,
                                                          const AccountId& id) const {
    std::optional<StoredAccount> stored = TRY(read_account(database, id));
    if (!stored || stored->account.disabled) return nullptr;
    Account& account = stored->account;
    auto principal = std::make_shared<Principal>();
    principal->id = id;
    principal->login = account.login;
    principal->display_name = account.display_name;
    principal->language = account.language;
    principal->totp = account.totp;
    principal->totp_missing = staff_totp_required_ && !account.totp && !account.grants.empty();
    if (!principal->totp_missing) principal->grants = std::move(account.grants);
    return principal;
}

std::shared_ptr<const Principal> Principals::find(const AccountId& id) const {
    const Lock lock(mutex_);
    const auto found = entries_.find(id);
    return found == entries_.end() ? nullptr : found->second.principal;
}

void Principals::hold(const AccountId& id, std::shared_ptr<const Principal> principal) {
    const Lock lock(mutex_);
    Entry& entry = entries_[id];
    entry.principal = std::move(principal);
    ++entry.holders;
}

void Principals::release(const AccountId& id) {
    const Lock lock(mutex_);
    const auto found = entries_.find(id);
    if (found != entries_.end() && --found->second.holders == 0) entries_.erase(found);
}

void Principals::put(const AccountId& id, std::shared_ptr<const Principal> principal) {
    const Lock lock(mutex_);
    const auto found = entries_.find(id);
    if (found != entries_.end()) found->second.principal = std::move(principal);
}

}  // namespace shopcast::people
