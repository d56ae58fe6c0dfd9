#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "async/asked.hpp"
#include "async/task.hpp"
#include "audit/deed.hpp"
#include "shop/catalogue/bilingual.hpp"
#include "store/writer.hpp"

namespace shopcast::shop {

class OrderDesk;

/// One of the server's shops.
struct Shop {
    std::string id;  ///< [a-z0-9][a-z0-9-]{0,39}; part of addresses and of all it owns, for good.
    Bilingual name;  ///< What buyers read.
};

/// All shops, in memory, each change durable before it is visible. There is always one, and none is
/// ever removed: its orders, deeds and addresses name it for good. Any thread may read; the values
/// are immutable.
class ShopDirectory {
public:
    using ShopRef = std::shared_ptr<const Shop>;

    /// Reads the shops from `database`, which the caller then hands to the writer.
    static Result<std::vector<Shop>> load(store::Database& database);

    /// `server_name`: what a shop is called until it has a name of its own. `desk` sells what new
    /// ones have, and outlives `writer`, on whose thread it decides.
    ShopDirectory(std::vector<Shop> stored, std::string server_name, store::Writer& writer,
                  OrderDesk& desk, const Clock& clock);

    /// In order of their ids.
    std::vector<ShopRef> list() const;
    /// nullptr: there is none.
    ShopRef find(std::string_view id) const;
    /// The one that is meant where none is named; nullptr: there are several.
    ShopRef only() const;
    /// Grows with each change.
    std::uint64_t changes() const;

    /// Errors: Config (the id), Conflict (it is taken), TooLarge (limits::shops_max), Busy.
    async::Task<Result<ShopRef>> create(async::Loop& loop, Shop shop, audit::Actor by);
    /// Gives the shop of that id its name. Errors: NotFound, Busy.
    async::Task<Result<ShopRef>> rename(async::Loop& loop, Shop shop, audit::Actor by);

private:
    struct Table;

    /// Commits `work` and `deed`, then shows `shop` on the writer's thread, in the order of the
    /// commits.
    async::Asked<Result<void>> commit(async::Loop& loop, ShopRef shop, store::Writer::Work work,
                                      audit::Deed deed);

    // Constant after construction.
    store::Writer& writer_;
    const Clock& clock_;
    std::shared_ptr<Table> table_;  // shared with commits under way, which may outlive this
};

}  // namespace shopcast::shop
