#include <array>

#include "base/text.hpp"
#include "shop/catalogue/jamo.hpp"
#include "shop/catalogue/product.hpp"
#include "shop/limits.hpp"

/// Products as they are read.
namespace shopcast::shop {
namespace {

using store::Database;
using store::Statement;

constexpr std::string_view product_columns =
    "product.id, product.shop, category, name_ko, name_en, description_ko, description_en,"
    " product.option_ko, product.option_en, hidden, created_at_ms, changed_at_ms, version";

Bilingual both_in(const Statement& row, int column) {
    return {std::string(row.text(column)), std::string(row.text(column + 1))};
}

Product product_of_row(const Statement& row) {
    return {.id = ProductId(row.integer(0)),
            .shop = std::string(row.text(1)),
            .category = std::string(row.text(2)),
            .name = both_in(row, 3),
            .description = both_in(row, 5),
            .option_name = both_in(row, 7),
            .hidden = row.integer(9) != 0,
            .created_at = WallTime(Milliseconds(row.integer(10))),
            .changed_at = WallTime(Milliseconds(row.integer(11))),
            .version = row.integer(12),
            .pictures = {},
            .options = {}};
}

/// What belongs to products, read for one after another.
class Parts {
public:
    static Result<Parts> prepare(Database& database) {
        return Parts{
            TRY(database.prepare("SELECT picture.id, width, height FROM product_picture"
                                 " JOIN picture ON picture.id = product_picture.picture"
                                 " WHERE product = ? ORDER BY product_picture.place")),
            TRY(database.prepare(
                "SELECT sku.id, sku.shop, sku.name, price_minor, currency, tax_percent,"
                " per_order_max, on_sale, option_ko, option_en, on_hand, held, sold"
                " FROM product_sku JOIN sku ON sku.id = product_sku.sku"
                " LEFT JOIN stock ON stock.pool = sku.id WHERE product = ? ORDER BY sku.id"))};
    }
    Result<void> fill(Product& product) {
        pictures_.reset().bind(product.id.value);
        while (TRY(pictures_.step())) {
            product.pictures.push_back(
                {std::string(pictures_.text(0)), pictures_.integer(1), pictures_.integer(2)});
        }
        options_.reset().bind(product.id.value);
        while (TRY(options_.step())) {
            const auto currency = currency_from(options_.text(4));
            if (!currency) return fail(Errc::Malformed, "a price in an unknown currency");
            product.options.push_back(
                {.sku = {.id = SkuId(options_.integer(0)),
                         .shop = std::string(options_.text(1)),
                         .name = std::string(options_.text(2)),
                         .price = {options_.integer(3), *currency},
                         .tax_percent = static_cast<int>(options_.integer(5)),
                         .per_order_max = options_.integer(6),
                         .on_sale = options_.integer(7) != 0},
                 .name = both_in(options_, 8),
                 .stock = {options_.integer(10), options_.integer(11), options_.integer(12)}});
        }
        return {};
    }

private:
    Parts(Statement pictures, Statement options)
        : pictures_(std::move(pictures)), options_(std::move(options)) {}
    Statement pictures_;
    Statement options_;
};

/// A word that is looked for, as Hangul letters, and the categories whose names have it.
struct Word {
    std::string jamo;
    std::vector<std::string> categories;
};

Result<std::vector<Word>> words_of(Database& database, const ProductFilter& filter) {
    std::vector<Word> words;
    const std::string jamo = to_jamo(filter.words);
    for (const std::string_view word : split(jamo, ' ')) {
        if (!word.empty() && words.size() < limits::search_words_max) {
            words.push_back({std::string(word), {}});
        }
    }
    if (words.empty()) return words;
    Statement query =
        TRY(database.prepare("SELECT id, name_ko || ' ' || name_en FROM category WHERE shop = ?"));
    query.bind(filter.shop);
    while (TRY(query.step())) {
        const std::string name = to_jamo(query.text(1));
        for (Word& word : words) {
            if (name.find(word.jamo) != std::string::npos) {
                word.categories.emplace_back(query.text(0));
            }
        }
    }
    return words;
}

/// An FTS5 string, or a pattern of LIKE: the trigram index knows nothing shorter than three.
bool is_indexed(const Word& word) {
    return length_of(word.jamo) >= 3;
}

std::string quoted(const std::string& word) {
    std::string out = "\"";
    for (const char c : word) out += c == '"' ? "\"\"" : std::string(1, c);
    return out + '"';
}

std::string pattern_of(const std::string& word) {
    std::string out = "%";
    for (const char c : word) {
        if (c == '%' || c == '_' || c == '\\') out += '\\';
        out += c;
    }
    return out + '%';
}

/// By what a list is sorted, and whether the next page is above or below.
struct Sorting {
    std::string_view key;
    std::string_view direction;
    std::string_view next;
};
constexpr std::array<Sorting, 4> sortings{{{"id", "DESC", "<"},
                                           {"price_min", "ASC", ">"},
                                           {"price_min", "DESC", "<"},
                                           {"name_ko", "ASC", ">"}}};

std::string list_sql(const ProductFilter& filter, const std::vector<Word>& words) {
    const Sorting& by = sortings[static_cast<std::size_t>(filter.order)];
    std::string sql = "WITH card AS (SELECT product.*, COALESCE(MIN(price_minor), 0) AS price_min";
    sql += filter.for_staff ? " FROM product LEFT JOIN product_sku ON product_sku.product ="
                              " product.id LEFT JOIN sku ON sku.id = product_sku.sku"
                              " WHERE product.shop = ?"
                            : " FROM product JOIN product_sku ON product_sku.product = product.id"
                              " JOIN sku ON sku.id = product_sku.sku AND sku.on_sale = 1"
                              " WHERE product.shop = ? AND hidden = 0";
    if (!filter.category.empty()) sql += " AND category = ?";
    for (const Word& word : words) {
        sql += " AND (product.id IN (SELECT rowid FROM product_search WHERE ";
        sql += is_indexed(word) ? "product_search MATCH ?)" : "jamo LIKE ? ESCAPE '\\')";
        for (std::size_t i = 0; i < word.categories.size(); ++i) sql += " OR category = ?";
        sql += ')';
    }
    sql += " GROUP BY product.id) SELECT ";
    std::string columns(product_columns);
    for (std::size_t at = 0; (at = columns.find("product.", at)) != std::string::npos;) {
        columns.erase(at, 8);
    }
    sql += columns + " FROM card";
    if (filter.behind.value != 0) {
        sql.append(" WHERE (").append(by.key).append(", id) ").append(by.next);
        sql.append(" (SELECT ").append(by.key).append(", id FROM card WHERE id = ?)");
    }
    sql.append(" ORDER BY ").append(by.key).append(" ").append(by.direction);
    sql.append(", id ").append(by.direction).append(" LIMIT ?");
    return sql;
}

}  // namespace

Result<std::vector<Category>> list_categories(Database& database, const std::string& shop) {
    Statement query = TRY(database.prepare(
        "SELECT id, name_ko, name_en, place, (SELECT COUNT(DISTINCT product.id) FROM product"
        " JOIN product_sku ON product_sku.product = product.id"
        " JOIN sku ON sku.id = product_sku.sku AND sku.on_sale = 1 WHERE product.shop ="
        " category.shop AND product.category = category.id AND hidden = 0)"
        " FROM category WHERE shop = ? ORDER BY place, id"));
    query.bind(shop);
    std::vector<Category> categories;
    while (TRY(query.step())) {
        categories.push_back({.id = std::string(query.text(0)),
                              .name = both_in(query, 1),
                              .place = query.integer(3),
                              .products = query.integer(4)});
    }
    return categories;
}

Result<std::optional<Product>> find_product(Database& database, ProductId id) {
    Statement query = TRY(database.prepare(std::string("SELECT ").append(product_columns) +
                                           " FROM product WHERE id = ?"));
    if (!TRY(query.bind(id.value).step())) return std::nullopt;
    Product product = product_of_row(query);
    Parts parts = TRY(Parts::prepare(database));
    TRY_VOID(parts.fill(product));
    return product;
}

Result<std::optional<ProductId>> product_of(Database& database, SkuId sku) {
    Statement query = TRY(database.prepare("SELECT product FROM product_sku WHERE sku = ?"));
    if (!TRY(query.bind(sku.value).step())) return std::nullopt;
    return ProductId(query.integer(0));
}

Result<std::vector<Product>> list_products(Database& database, const ProductFilter& filter) {
    const std::vector<Word> words = TRY(words_of(database, filter));
    Statement query = TRY(database.prepare(list_sql(filter, words)));
    query.bind(filter.shop);
    if (!filter.category.empty()) query.bind(filter.category);
    for (const Word& word : words) {
        query.bind(is_indexed(word) ? quoted(word.jamo) : pattern_of(word.jamo));
        for (const std::string& category : word.categories) query.bind(category);
    }
    if (filter.behind.value != 0) query.bind(filter.behind.value);
    query.bind(static_cast<std::int64_t>(filter.count_max));
    std::vector<Product> products;
    while (TRY(query.step())) products.push_back(product_of_row(query));
    Parts parts = TRY(Parts::prepare(database));
    for (Product& product : products) TRY_VOID(parts.fill(product));
    return products;
}

}  // namespace shopcast::shop
