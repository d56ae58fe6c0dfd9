#include "audit/schema.hpp"

#include <array>

namespace shopcast::audit {
namespace {

// Steps are only ever appended.
constexpr std::array<std::string_view, 2> steps{
    R"sql(
CREATE TABLE audit (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms   INTEGER NOT NULL,
    actor   TEXT,
    action  TEXT NOT NULL,
    target  TEXT NOT NULL,
    shop    TEXT,
    address TEXT NOT NULL,
    detail  TEXT NOT NULL
) STRICT;
CREATE INDEX audit_by_actor ON audit(actor, seq);
CREATE INDEX audit_by_action ON audit(action, seq);
)sql",
    R"sql(
CREATE TABLE outbox (
    id             TEXT PRIMARY KEY,
    name           TEXT NOT NULL,
    kind           TEXT NOT NULL,
    about          TEXT NOT NULL,
    recipient      TEXT NOT NULL,
    created_at_ms  INTEGER NOT NULL,
    next_try_at_ms INTEGER NOT NULL,
    tries          INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox_by_name ON outbox(name);
CREATE INDEX outbox_by_about ON outbox(about);
)sql"};

}  // namespace

const store::Schema& schema() {
    static const store::Schema mine{.module = "audit", .steps = steps};
    return mine;
}

}  // namespace shopcast::audit
