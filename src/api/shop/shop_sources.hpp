#pragma once

#include <string>
#include <utility>
#include <vector>

#include "api/frame/call.hpp"
#include "api/frame/shared_answers.hpp"
#include "audit/deed.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "shop/catalogue/shop_directory.hpp"
#include "shop/selling.hpp"
#include "store/readers.hpp"
#include "store/writer.hpp"

namespace shopcast::api {

/// What the routes of selling work with; everything outlives them.
struct ShopSources {
    store::Readers& readers;
    store::Writer& writer;
    shop::Selling& selling;
    const Clock& clock;
    SharedAnswers& catalogue;  ///< what everybody sees of products
    const shop::ShopDirectory& shops;

    const shop::Rules& rules() const { return selling.settings().rules; }
    shop::Currency currency() const { return selling.settings().currency; }
};

/// The caller, as the shop knows accounts.
inline shop::AccountId buyer_of(const Call& call) {
    return shop::AccountId(call.account().value);
}
/// The query's "shop", or the only one there is. Errors: as choose_shop()'s.
Checked<std::string> shop_of(const ShopSources& sources, const Call& call);
/// The number in a path's ":name"; 0, which nothing has, where it is none.
std::int64_t number_of(const Call& call, std::string_view name);
/// The cursor of a list of numbers: 0 at its beginning. Errors: 400 invalid_cursor.
Checked<std::int64_t> number_in_cursor(const std::string& cursor);

/// Errors: 409 no_orders: nobody would move the money.
Checked<void> check_takes_orders(const ShopSources& sources);
/// The caller's Idempotency-Key, or one that nobody else has.
std::string key_of(const Call& call, Random& random);

/// Has the desk decide. Errors: what it refuses, as a problem.
async::Task<Checked<shop::Decided>> decide(const ShopSources& sources, Call& call,
                                           shop::Command command);

/// Has the writer carry out `work`, a change of what everybody sees of products of the shop
/// ":shop", who see it when this has ended. Errors: those of `work`; Busy.
async::Task<Result<void>> change_catalogue(const ShopSources& sources, Call& call,
                                           store::Writer::Work work);

/// `response`, told as a replay where the key had been decided before.
http::Response marked(http::Response response, const shop::Decided& answer);

/// What the caller does in the shop ":shop", for a change to carry into its transaction.
using DeedDetail = std::vector<std::pair<std::string, std::string>>;
audit::Deed deed_of(const Call& call, std::string action, std::string target,
                    DeedDetail detail = DeedDetail());

}  // namespace shopcast::api
