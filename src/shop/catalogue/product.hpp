#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "shop/catalogue/bilingual.hpp"
#include "shop/core/records.hpp"
#include "shop/limits.hpp"
#include "store/sqlite.hpp"

/// What is told of the stock: products, their texts, pictures and options. Who writes it does so on
/// the writer's thread as an ordinary closure; prices and counters are the allocator's alone.
namespace shopcast::shop {

struct Category {
    std::string id;
    Bilingual name;
    std::int64_t place = 0;
    std::int64_t products = 0;  ///< On sale; read only.
};

/// A picture that was uploaded: its files are PictureShelf's.
struct PictureRef {
    std::string id;
    std::int64_t width = 0;
    std::int64_t height = 0;
    std::int64_t bytes = 0;  ///< Of its files; where it has just been kept.
};

/// One thing to choose: a sku, with what the allocator keeps of it.
struct Option {
    Sku sku;
    Bilingual name;  ///< Empty: there is nothing to choose.
    Counters stock;
};

struct Product {
    ProductId id;
    std::string shop;
    std::string category;
    Bilingual name;
    Bilingual description;
    Bilingual option_name;  ///< "Shade"; empty: there is nothing to choose.
    bool hidden = false;
    WallTime created_at;
    WallTime changed_at;
    std::int64_t version = 0;
    std::vector<PictureRef> pictures;
    std::vector<Option> options;
};

Result<std::vector<Category>> list_categories(store::Database& database, const std::string& shop);
/// Errors: Conflict: the shop has limits::categories_max.
Result<void> put_category(store::Database& database, const std::string& shop,
                          const Category& category);

Result<std::optional<Product>> find_product(store::Database& database, ProductId id);
/// Whose option it is; none: no product's.
Result<std::optional<ProductId>> product_of(store::Database& database, SkuId sku);

enum class ProductOrder : std::uint8_t { Newest, PriceUp, PriceDown, Name };
struct ProductFilter {
    std::string shop;
    std::string category;  ///< Empty: all.
    std::string words;     ///< All of them are found in it, as to_jamo() has them; empty: all.
    ProductOrder order = ProductOrder::Newest;
    ProductId behind;  ///< The last of the page before; 0: from the beginning.
    std::size_t count_max = 0;
    bool for_staff = false;  ///< Hidden ones too, and those without anything on sale.
};
Result<std::vector<Product>> list_products(store::Database& database, const ProductFilter& filter);

/// Makes (id 0) or changes a product, its list of pictures and its words in the index; options are
/// put_option()'s. Errors: NotFound (category, or a picture of the shop), Conflict (the version is
/// not the stored one's, or there are limits::products_max).
Result<ProductId> put_product(store::Database& database, const Product& product, WallTime now);
/// A sku as an option of a product, or its new name.
Result<void> put_option(store::Database& database, ProductId product, SkuId sku,
                        const Bilingual& name);

/// What a shop may have of pictures.
struct PictureQuota {
    std::int64_t pictures = limits::pictures_of_shop_max;
    std::int64_t bytes = 0;
};
/// Errors: Conflict: the shop has as many as it may have.
Result<void> check_picture_room(store::Database& database, const std::string& shop,
                                const PictureQuota& quota);
/// One that was kept, or is there again: from now on no product shows it.
Result<void> put_picture(store::Database& database, const std::string& shop,
                         const PictureRef& picture, WallTime now);

}  // namespace shopcast::shop
