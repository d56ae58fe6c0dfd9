#pragma once

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "shop/core/ids.hpp"
#include "shop/limits.hpp"
#include "store/sqlite.hpp"

namespace shopcast::shop {

struct SalesFilter {
    std::string shop;
    WallTime from;
    WallTime to;
    Milliseconds step;  ///< Rows begin at whole multiples of it since 1970, in UTC.
};
/// Paid orders, by when they were placed.
struct SalesRow {
    WallTime at;
    std::int64_t orders = 0;
    std::int64_t units = 0;
    std::int64_t gross_minor = 0;  ///< Captured, tax and shipping included.
    std::int64_t refunded_minor = 0;
};
struct SalesOfSku {
    SkuId sku;
    std::string name;  ///< As sku names are.
    std::int64_t units = 0;
    std::int64_t gross_minor = 0;  ///< Of its lines, without shipping.
};
struct Sales {
    std::vector<SalesRow> rows;  ///< Every step of the time, empty ones too.
    SalesRow total;
    std::vector<SalesOfSku> top;  ///< The ten that sold best.
};
/// Reads every order of the time. Errors: TooLarge: more than limits::sales_rows_max steps.
Result<Sales> read_sales(store::Database& database, const SalesFilter& filter);

}  // namespace shopcast::shop
