#include "store/schema.hpp"

#include <array>
#include <string>

namespace shopcast::store {
namespace {

// Steps are only ever appended: step N brings user_version N to N + 1.
constexpr std::array steps{
    R"sql(
CREATE TABLE channel (
    name            TEXT PRIMARY KEY,
    title           TEXT NOT NULL,
    stream_key_hash BLOB NOT NULL UNIQUE,
    created_at_ms   INTEGER NOT NULL
) STRICT;
CREATE TABLE stream (
    id            TEXT PRIMARY KEY,
    channel       TEXT NOT NULL REFERENCES channel(name),
    started_at_ms INTEGER NOT NULL,
    ended_at_ms   INTEGER,
    end_reason    TEXT
) STRICT;
CREATE INDEX stream_by_channel ON stream(channel, started_at_ms);
)sql",
    // How far a live stream has come, so that it goes on after a restart.
    R"sql(
ALTER TABLE stream ADD COLUMN alive_at_ms     INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stream ADD COLUMN next_msn        INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stream ADD COLUMN discontinuities INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stream ADD COLUMN next_epoch      INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stream ADD COLUMN part_target_ms  INTEGER NOT NULL DEFAULT 0;
CREATE INDEX stream_open ON stream(channel) WHERE ended_at_ms IS NULL;
)sql",
};

Result<std::int64_t> version_of(Database& database) {
    Statement query = TRY(database.prepare("PRAGMA user_version"));
    TRY_VOID(query.step());
    return query.integer(0);
}

}  // namespace

Result<void> migrate(Database& database) {
    const std::int64_t version = TRY(version_of(database));
    if (version > static_cast<std::int64_t>(steps.size())) {
        return fail(Errc::Config, "the data folder was written by a newer shopcast (schema " +
                                      std::to_string(version) + ", this program knows " +
                                      std::to_string(steps.size()) +
                                      "); start that version or another folder");
    }
    for (auto step = static_cast<std::size_t>(version); step < steps.size(); ++step) {
        const std::string sql = std::string("BEGIN IMMEDIATE;") + steps[step] +
                                "PRAGMA user_version=" + std::to_string(step + 1) + "; COMMIT;";
        TRY_VOID(database.execute(sql.c_str()));
    }
    return {};
}

}  // namespace shopcast::store
