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
    // People. Sessions, API tokens, links and recovery codes are there by their SHA-256 alone,
    // passwords by Argon2id. A TOTP secret has to be there itself: both sides compute with it.
    // An account that was deleted keeps its row, with nothing but id and login in it.
    R"sql(
CREATE TABLE shop (
    id   TEXT PRIMARY KEY,
    name TEXT NOT NULL
) STRICT;
INSERT INTO shop(id, name) VALUES ('main', 'shopcast');
ALTER TABLE channel ADD COLUMN shop TEXT NOT NULL DEFAULT 'main';
CREATE TABLE account (
    id              TEXT PRIMARY KEY,
    login           TEXT NOT NULL UNIQUE,
    display_name    TEXT NOT NULL,
    email           TEXT,
    email_verified  INTEGER NOT NULL DEFAULT 0,
    language        TEXT NOT NULL,
    password_hash   TEXT NOT NULL,
    totp_secret     BLOB,
    totp_last_step  INTEGER NOT NULL DEFAULT 0,
    disabled        INTEGER NOT NULL DEFAULT 0,
    created_at_ms   INTEGER NOT NULL,
    last_seen_at_ms INTEGER,
    deleted_at_ms   INTEGER
) STRICT;
CREATE INDEX account_by_email ON account(email COLLATE NOCASE) WHERE email IS NOT NULL;
CREATE TABLE role_grant (
    account       TEXT NOT NULL REFERENCES account(id),
    role          TEXT NOT NULL,
    shop          TEXT NOT NULL,
    granted_at_ms INTEGER NOT NULL,
    granted_by    TEXT REFERENCES account(id),
    PRIMARY KEY (account, role, shop)
) STRICT;
CREATE INDEX role_grant_by_shop ON role_grant(shop);
CREATE TABLE session (
    hash            BLOB PRIMARY KEY,
    id              TEXT NOT NULL UNIQUE,
    account         TEXT NOT NULL REFERENCES account(id),
    over_tls        INTEGER NOT NULL,
    created_at_ms   INTEGER NOT NULL,
    last_seen_at_ms INTEGER NOT NULL,
    expires_at_ms   INTEGER NOT NULL,
    address         TEXT NOT NULL,
    user_agent      TEXT NOT NULL
) STRICT;
CREATE INDEX session_by_account ON session(account);
CREATE TABLE api_token (
    hash            BLOB PRIMARY KEY,
    id              TEXT NOT NULL UNIQUE,
    account         TEXT NOT NULL REFERENCES account(id),
    name            TEXT NOT NULL,
    scopes          TEXT NOT NULL,
    created_at_ms   INTEGER NOT NULL,
    last_used_at_ms INTEGER,
    expires_at_ms   INTEGER
) STRICT;
CREATE INDEX api_token_by_account ON api_token(account);
CREATE TABLE one_time_link (
    hash          BLOB PRIMARY KEY,
    kind          TEXT NOT NULL,
    account       TEXT REFERENCES account(id),
    email         TEXT NOT NULL,
    expires_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX one_time_link_by_account ON one_time_link(account, kind);
CREATE INDEX one_time_link_by_end ON one_time_link(expires_at_ms);
CREATE TABLE totp_recovery_code (
    account TEXT NOT NULL REFERENCES account(id),
    hash    BLOB NOT NULL,
    PRIMARY KEY (account, hash)
) STRICT;
CREATE TABLE mail (
    id             TEXT PRIMARY KEY,
    kind           TEXT NOT NULL,
    account        TEXT NOT NULL REFERENCES account(id),
    recipient      TEXT NOT NULL,
    created_at_ms  INTEGER NOT NULL,
    next_try_at_ms INTEGER NOT NULL,
    tries          INTEGER NOT NULL
) STRICT;
CREATE INDEX mail_by_account ON mail(account);
CREATE TABLE audit (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms   INTEGER NOT NULL,
    actor   TEXT REFERENCES account(id),
    action  TEXT NOT NULL,
    target  TEXT NOT NULL,
    shop    TEXT,
    address TEXT NOT NULL,
    detail  TEXT NOT NULL
) STRICT;
CREATE INDEX audit_by_actor ON audit(actor, seq);
CREATE INDEX audit_by_action ON audit(action, seq);
)sql",
    // A removed channel leaves its name behind. What a stream's host and operators read later.
    R"sql(
ALTER TABLE channel ADD COLUMN key_changed_at_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE channel ADD COLUMN removed_at_ms     INTEGER;
UPDATE channel SET key_changed_at_ms = created_at_ms;
ALTER TABLE stream ADD COLUMN viewers_peak INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stream ADD COLUMN encoder      TEXT;
ALTER TABLE stream ADD COLUMN address      TEXT;
ALTER TABLE stream ADD COLUMN last_error   TEXT;
CREATE INDEX stream_by_start ON stream(started_at_ms DESC, id DESC);
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
