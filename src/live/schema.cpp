#include "live/schema.hpp"

#include <array>

namespace shopcast::live {
namespace {

// Steps are only ever appended.
constexpr std::array<std::string_view, 2> steps{R"sql(
CREATE TABLE stream_order (
    stream       TEXT NOT NULL,
    order_id     INTEGER NOT NULL,
    placed_at_ms INTEGER NOT NULL,
    PRIMARY KEY (stream, order_id)
) STRICT, WITHOUT ROWID;
)sql",
                                                R"sql(
CREATE INDEX stream_order_by_time ON stream_order(placed_at_ms);
)sql"};

}  // namespace

const store::Schema& schema() {
    static const store::Schema mine{.module = "live", .steps = steps};
    return mine;
}

}  // namespace shopcast::live
