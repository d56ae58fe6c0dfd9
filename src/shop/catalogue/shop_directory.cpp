#include "shop/catalogue/shop_directory.hpp"

#include <algorithm>
#include <map>

#include "base/mutex.hpp"
#include "shop/core/order_desk.hpp"
#include "shop/limits.hpp"
#include "store/schema.hpp"

namespace shopcast::shop {
namespace {

Result<void> check_id(std::string_view id) {
    const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    const bool well_formed = !id.empty() && id.size() <= limits::shop_id_bytes_max &&
                             plain(id.front()) &&
                             std::ranges::all_of(id, [&](char c) { return plain(c) || c == '-'; });
    if (well_formed) return {};
    return fail(Errc::Config,
                "a shop's id has 1 to 40 of the characters a-z, 0-9 and '-', and starts with a "
                "letter or digit");
}

Result<void> insert_shop(store::Database& database, const Shop& shop) {
    if (TRY(store::has_shop(database, shop.id))) {
        return fail(Errc::Conflict, "there is a shop \"" + shop.id + "\" already");
    }
    // Counted here, so that two at once do not pass the limit together.
    store::Statement count = TRY(database.prepare("SELECT COUNT(*) FROM shop"));
    TRY_VOID(count.step());
    if (count.integer(0) >= limits::shops_max) {
        return fail(Errc::TooLarge, "this server has as many shops as it can");
    }
    store::Statement insert = TRY(database.prepare("INSERT INTO shop VALUES (?, ?, ?)"));
    return insert.bind(shop.id).bind(shop.name.ko).bind(shop.name.en).run();
}

Result<void> update_name(store::Database& database, const Shop& shop) {
    store::Statement update =
        TRY(database.prepare("UPDATE shop SET name_ko = ?, name_en = ? WHERE id = ?"));
    return update.bind(shop.name.ko).bind(shop.name.en).bind(shop.id).run();
}

audit::Deed deed_on(const Shop& shop, std::string_view action, audit::Actor by) {
    return {.by = std::move(by),
            .action = "shop." + std::string(action),
            .target = "shop/" + shop.id,
            .shop = shop.id,
            .detail = {{"name_ko", shop.name.ko}, {"name_en", shop.name.en}}};
}

}  // namespace

/// What readers see.
struct ShopDirectory::Table {
    explicit Table(OrderDesk& its_desk) : desk(its_desk) {}
    void put(ShopRef shop) {
        const Lock lock(mutex);
        ++changes;
        by_id[shop->id] = std::move(shop);
    }

    OrderDesk& desk;
    mutable Mutex mutex;
    std::uint64_t changes GUARDED_BY(mutex) = 0;
    std::map<std::string, ShopRef, std::less<>> by_id GUARDED_BY(mutex);
};

Result<std::vector<Shop>> ShopDirectory::load(store::Database& database) {
    store::Statement query = TRY(database.prepare("SELECT id, name_ko, name_en FROM shop"));
    std::vector<Shop> shops;
    while (TRY(query.step())) {
        shops.push_back({.id = std::string(query.text(0)),
                         .name = {std::string(query.text(1)), std::string(query.text(2))}});
    }
    return shops;
}

ShopDirectory::ShopDirectory(std::vector<Shop> stored, std::string server_name,
                             store::Writer& writer, OrderDesk& desk, const Clock& clock)
    : writer_(writer), clock_(clock), table_(std::make_shared<Table>(desk)) {
    for (Shop& shop : stored) {
        if (shop.name.empty()) shop.name = {server_name, server_name};
        table_->put(std::make_shared<const Shop>(std::move(shop)));
    }
}

std::vector<ShopDirectory::ShopRef> ShopDirectory::list() const {
    const Lock lock(table_->mutex);
    std::vector<ShopRef> shops;
    for (const auto& [id, shop] : table_->by_id) shops.push_back(shop);
    return shops;
}

ShopDirectory::ShopRef ShopDirectory::find(std::string_view id) const {
    const Lock lock(table_->mutex);
    const auto found = table_->by_id.find(id);
    return found == table_->by_id.end() ? nullptr : found->second;
}

ShopDirectory::ShopRef ShopDirectory::only() const {
    const Lock lock(table_->mutex);
    return table_->by_id.size() == 1 ? table_->by_id.begin()->second : nullptr;
}

std::uint64_t ShopDirectory::changes() const {
    const Lock lock(table_->mutex);
    return table_->changes;
}

async::Task<Result<ShopDirectory::ShopRef>> ShopDirectory::create(async::Loop& loop, Shop shop,
                                                                  audit::Actor by) {
    CO_CHECK(check_id(shop.id));
    audit::Deed deed = deed_on(shop, "create", std::move(by));
    auto made = std::make_shared<const Shop>(std::move(shop));
    store::Writer::Work work = [made](store::Database& database) {
        return insert_shop(database, *made);
    };
    CO_CHECK(co_await commit(loop, made, std::move(work), std::move(deed)));
    co_return made;
}

async::Task<Result<ShopDirectory::ShopRef>> ShopDirectory::rename(async::Loop& loop, Shop shop,
                                                                  audit::Actor by) {
    if (!find(shop.id)) co_return fail(Errc::NotFound, "there is no shop \"" + shop.id + "\"");
    audit::Deed deed = deed_on(shop, "rename", std::move(by));
    auto renamed = std::make_shared<const Shop>(std::move(shop));
    store::Writer::Work work = [renamed](store::Database& database) {
        return update_name(database, *renamed);
    };
    CO_CHECK(co_await commit(loop, renamed, std::move(work), std::move(deed)));
    co_return renamed;
}

async::Asked<Result<void>> ShopDirectory::commit(async::Loop& loop, ShopRef shop,
                                                 store::Writer::Work work, audit::Deed deed) {
    using Answer = async::Asked<Result<void>>::Done;
    store::Writer::Work both =
        [work = std::move(work), deed = std::move(deed),
         now = clock_.wall()](store::Database& database) mutable -> Result<void> {
        TRY_VOID(work(database));
        return audit::record(database, deed, now);
    };
    return {loop, [&writer = writer_, table = table_, work = std::move(both),
                   shop = std::move(shop)](Answer answer) mutable {
                writer.submit(std::move(work),
                              [table = std::move(table), shop = std::move(shop),
                               answer = std::move(answer)](Result<void> result) mutable {
                                  if (result) {
                                      table->desk.open_shop(shop->id);
                                      table->put(std::move(shop));
                                  }
                                  answer(std::move(result));
                              });
            }};
}

}  // namespace shopcast::shop
