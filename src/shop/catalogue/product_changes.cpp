#include "shop/catalogue/jamo.hpp"
#include "shop/catalogue/product.hpp"
#include "shop/limits.hpp"

/// Products as they are written.
namespace shopcast::shop {
namespace {

using store::Database;
using store::Statement;

Result<std::int64_t> count(Database& database, const char* sql, const std::string& shop) {
    Statement query = TRY(database.prepare(sql));
    TRY_VOID(query.bind(shop).step());
    return query.integer(0);
}

Result<bool> has(Database& database, const char* sql, const std::string& id,
                 const std::string& shop) {
    Statement query = TRY(database.prepare(sql));
    return query.bind(id).bind(shop).step();
}

Statement& bind_texts(Statement& put, const Product& product) {
    put.bind(product.category).bind(product.name.ko).bind(product.name.en);
    put.bind(product.description.ko).bind(product.description.en);
    put.bind(product.option_name.ko).bind(product.option_name.en);
    return put.bind(std::int64_t{product.hidden ? 1 : 0});
}

Result<ProductId> insert(Database& database, const Product& product, WallTime now) {
    const std::int64_t others =
        TRY(count(database, "SELECT COUNT(*) FROM product WHERE shop = ?", product.shop));
    if (others >= limits::products_max) {
        return fail(Errc::Conflict, "the shop has as many products as it may have");
    }
    Statement put = TRY(database.prepare(
        "INSERT INTO product(category, name_ko, name_en, description_ko, description_en,"
        " option_ko, option_en, hidden, shop, created_at_ms, changed_at_ms, version)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1) RETURNING id"));
    bind_texts(put, product).bind(product.shop).bind(to_unix_ms(now)).bind(to_unix_ms(now));
    TRY_VOID(put.step());
    return ProductId(put.integer(0));
}

Result<void> update(Database& database, const Product& product, WallTime now) {
    Statement put = TRY(database.prepare(
        "UPDATE product SET category = ?, name_ko = ?, name_en = ?, description_ko = ?,"
        " description_en = ?, option_ko = ?, option_en = ?, hidden = ?, changed_at_ms = ?,"
        " version = version + 1 WHERE id = ? AND version = ?"));
    bind_texts(put, product).bind(to_unix_ms(now)).bind(product.id.value).bind(product.version);
    TRY_VOID(put.run());
    if (database.changed_rows() == 1) return {};
    return fail(Errc::Conflict, "somebody changed this product since it was read");
}

Result<void> put_pictures(Database& database, ProductId id, const Product& product, WallTime now) {
    Statement unused = TRY(
        database.prepare("UPDATE picture SET unused_since_ms = ? WHERE id IN (SELECT picture FROM"
                         " product_picture WHERE product = ?)"));
    TRY_VOID(unused.bind(to_unix_ms(now)).bind(id.value).run());
    Statement remove = TRY(database.prepare("DELETE FROM product_picture WHERE product = ?"));
    TRY_VOID(remove.bind(id.value).run());
    Statement put = TRY(database.prepare("INSERT INTO product_picture VALUES (?, ?, ?)"));
    std::int64_t place = 0;
    for (const PictureRef& picture : product.pictures) {
        const bool is_there = TRY(has(database, "SELECT 1 FROM picture WHERE id = ? AND shop = ?",
                                      picture.id, product.shop));
        if (!is_there) return fail(Errc::NotFound, "there is no picture \"" + picture.id + "\"");
        TRY_VOID(put.bind(id.value).bind(place++).bind(picture.id).run());
    }
    return {};
}

/// Its names and its options', in both languages. A category's are looked up when they are
/// searched.
Result<void> put_words(Database& database, ProductId id) {
    Statement query = TRY(database.prepare(
        "SELECT name_ko || ' ' || name_en || ' ' || COALESCE((SELECT GROUP_CONCAT("
        "product_sku.option_ko || ' ' || product_sku.option_en, ' ') FROM product_sku"
        " WHERE product_sku.product = product.id), '') FROM product WHERE id = ?"));
    if (!TRY(query.bind(id.value).step())) return fail(Errc::NotFound, "no such product");
    const std::string words = to_jamo(query.text(0));
    Statement remove = TRY(database.prepare("DELETE FROM product_search WHERE rowid = ?"));
    TRY_VOID(remove.bind(id.value).run());
    Statement put = TRY(database.prepare("INSERT INTO product_search(rowid, jamo) VALUES (?, ?)"));
    return put.bind(id.value).bind(words).run();
}

}  // namespace

Result<void> put_category(Database& database, const std::string& shop, const Category& category) {
    const std::int64_t others =
        TRY(count(database, "SELECT COUNT(*) FROM category WHERE shop = ?", shop));
    const bool is_there =
        TRY(has(database, "SELECT 1 FROM category WHERE id = ? AND shop = ?", category.id, shop));
    if (!is_there && others >= static_cast<std::int64_t>(limits::categories_max)) {
        return fail(Errc::Conflict, "the shop has as many categories as it may have");
    }
    Statement put = TRY(database.prepare(
        "INSERT INTO category VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT(shop, id) DO UPDATE SET"
        " name_ko = ?3, name_en = ?4, place = ?5"));
    put.bind(shop).bind(category.id).bind(category.name.ko).bind(category.name.en);
    return put.bind(category.place).run();
}

Result<ProductId> put_product(Database& database, const Product& product, WallTime now) {
    const bool is_category = TRY(has(database, "SELECT 1 FROM category WHERE id = ? AND shop = ?",
                                     product.category, product.shop));
    if (!is_category) {
        return fail(Errc::NotFound, "there is no category \"" + product.category + "\"");
    }
    ProductId id = product.id;
    if (id.value == 0) {
        id = TRY(insert(database, product, now));
    } else {
        TRY_VOID(update(database, product, now));
    }
    TRY_VOID(put_pictures(database, id, product, now));
    TRY_VOID(put_words(database, id));
    return id;
}

Result<void> put_option(Database& database, ProductId product, SkuId sku, const Bilingual& name) {
    Statement put = TRY(database.prepare(
        "INSERT INTO product_sku VALUES (?1, ?2, ?3, ?4) ON CONFLICT(sku) DO UPDATE SET"
        " option_ko = ?3, option_en = ?4"));
    TRY_VOID(put.bind(sku.value).bind(product.value).bind(name.ko).bind(name.en).run());
    return put_words(database, product);
}

Result<void> check_picture_room(Database& database, const std::string& shop,
                                const PictureQuota& quota) {
    Statement query = TRY(
        database.prepare("SELECT COUNT(*), COALESCE(SUM(bytes), 0) FROM picture WHERE shop = ?"));
    TRY_VOID(query.bind(shop).step());
    if (query.integer(0) < quota.pictures && query.integer(1) < quota.bytes) return {};
    return fail(Errc::Conflict,
                "the shop has as many pictures as it may have; a picture that no product shows "
                "goes after a day");
}

Result<void> put_picture(Database& database, const std::string& shop, const PictureRef& picture,
                         WallTime now) {
    Statement put =
        TRY(database.prepare("INSERT INTO picture(id, shop, width, height, unused_since_ms, bytes)"
                             " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT(id) DO UPDATE SET"
                             " unused_since_ms = ?5"));
    put.bind(picture.id).bind(shop).bind(picture.width).bind(picture.height);
    return put.bind(to_unix_ms(now)).bind(picture.bytes).run();
}

}  // namespace shopcast::shop
