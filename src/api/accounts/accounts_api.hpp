#pragma once

#include "api/channels/addresses.hpp"
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
    async::Task<Outcome> list_accounts(Ask& ask);
    async::Task<Outcome> change_account(Ask& ask);
    async::Task<Outcome> make_reset_link(Ask& ask);
    async::Task<Outcome> list_audit(Ask& ask);
    /// The account ":account", when the caller may change it.
    async::Task<Checked<people::Account>> find(Ask& ask);

    // Constant after construction.
    people::People& people_;
    store::Readers& readers_;
    Addresses addresses_;
};

}  // namespace shopcast::api
