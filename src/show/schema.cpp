#include "show/schema.hpp"

#include <array>

namespace shopcast::show {
namespace {

// Steps are only ever appended.
constexpr std::array<std::string_view, 1> steps{R"sql(
CREATE TABLE channel (
    name              TEXT PRIMARY KEY,
    title             TEXT NOT NULL,
    stream_key_hash   BLOB NOT NULL UNIQUE,
    created_at_ms     INTEGER NOT NULL,
    key_changed_at_ms INTEGER NOT NULL DEFAULT 0,
    shop              TEXT NOT NULL DEFAULT 'main',
    -- Then only its name is left: its address is out there.
    removed_at_ms     INTEGER
) STRICT;
CREATE TABLE stream (
    id               TEXT PRIMARY KEY,
    channel          TEXT NOT NULL REFERENCES channel(name),
    started_at_ms    INTEGER NOT NULL,
    ended_at_ms      INTEGER,
    end_reason       TEXT,
    -- How far it has come, so that it goes on after a restart.
    alive_at_ms      INTEGER NOT NULL DEFAULT 0,
    next_msn         INTEGER NOT NULL DEFAULT 0,
    discontinuities  INTEGER NOT NULL DEFAULT 0,
    next_epoch       INTEGER NOT NULL DEFAULT 0,
    part_target_ms   INTEGER NOT NULL DEFAULT 0,
    -- What its host and operators read later.
    viewers_peak     INTEGER NOT NULL DEFAULT 0,
    encoder          TEXT,
    address          TEXT,
    last_error       TEXT
) STRICT;
CREATE INDEX stream_by_channel ON stream(channel, started_at_ms);
CREATE INDEX stream_open ON stream(channel) WHERE ended_at_ms IS NULL;
CREATE INDEX stream_by_start ON stream(started_at_ms DESC, id DESC);
)sql"};

}  // namespace

const store::Schema& schema() {
    static const store::Schema mine{.module = "show", .steps = steps};
    return mine;
}

}  // namespace shopcast::show
