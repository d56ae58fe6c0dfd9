#pragma once

#include "api/frame/addresses.hpp"
#include "api/frame/routes.hpp"
#include "people/people.hpp"
#include "store/readers.hpp"

namespace shopcast::api {

/// Other people's accounts, and what people with power did. Lives as long as the routes.
class AccountsApi {
public:
    AccountsApi(people::People& people, store::Readers& readers, Addresses addresses)
        : people_(people), readers_(readers), addresses_(std::move(addresses)) {}
    void add_routes(ApiRoutes& routes);

private:
    async::Task<Reply> list_accounts(Call& call);
    async::Task<Reply> change_account(Call& call);
    async::Task<Reply> make_reset_link(Call& call);
    async::Task<Reply> list_audit(Call& call);
    /// The account ":account", when the caller may change it.
    async::Task<Checked<people::Account>> find(Call& call);

    // Constant after construction.
    people::People& people_;
    store::Readers& readers_;
    Addresses addresses_;
};

}  // namespace shopcast::api
