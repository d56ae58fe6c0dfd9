#include "people/schema.hpp"

#include <array>

namespace shopcast::people {
namespace {

// Steps are only ever appended.
constexpr std::array<std::string_view, 5> steps{
    R"sql(
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
)sql",
    R"sql(
INSERT INTO outbox SELECT id, 'mail', kind, account, recipient, created_at_ms, next_try_at_ms, tries
    FROM mail;
DROP TABLE mail;
)sql",
    R"sql(
CREATE TABLE known_place (
    hash            BLOB PRIMARY KEY,
    account         TEXT NOT NULL REFERENCES account(id),
    address         TEXT NOT NULL,
    last_used_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX known_place_by_account ON known_place(account);
)sql",
    R"sql(
ALTER TABLE api_token ADD COLUMN last_used_from TEXT NOT NULL DEFAULT '';
)sql",
    // By what people/retention looks for what has had its time.
    R"sql(
CREATE INDEX known_place_by_use ON known_place(last_used_at_ms);
CREATE INDEX role_grant_by_giver ON role_grant(granted_by) WHERE granted_by IS NOT NULL;
CREATE INDEX account_never_back ON account(created_at_ms, id)
    WHERE deleted_at_ms IS NULL AND disabled = 0
    AND COALESCE(last_seen_at_ms, 0) < created_at_ms + 86400000;
CREATE INDEX account_deleted ON account(deleted_at_ms) WHERE deleted_at_ms IS NOT NULL;
)sql"};

}  // namespace

const store::Schema& schema() {
    static const store::Schema mine{.module = "people", .steps = steps};
    return mine;
}

}  // namespace shopcast::people
