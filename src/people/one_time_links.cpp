#include "people/one_time_links.hpp"

#include "people/limits.hpp"

namespace shopcast::people {
namespace {

std::string_view to_string(LinkKind kind) {
    switch (kind) {
        case LinkKind::ResetPassword: return "reset";
        case LinkKind::VerifyEmail: return "verify";
        case LinkKind::Setup: return "setup";
    }
    return "";
}

void bind_account(store::Statement& statement, const AccountId& account) {
    if (account.value.empty()) {
        statement.bind_null();
    } else {
        statement.bind(account.value);
    }
}

}  // namespace

Milliseconds lifetime_of(LinkKind kind) {
    switch (kind) {
        case LinkKind::ResetPassword: return limits::reset_link_lasts;
        case LinkKind::VerifyEmail: return limits::verify_link_lasts;
        case LinkKind::Setup: return limits::setup_link_lasts;
    }
    return {};
}

Result<NewLink> make_link(store::Database& database, const OneTimeLink& link, Random& random,
                          WallTime now) {
    store::Statement erase =
        TRY(database.prepare("DELETE FROM one_time_link WHERE kind = ? AND account IS ?"));
    erase.bind(to_string(link.kind));
    bind_account(erase, link.account);
    TRY_VOID(erase.step());

    NewLink made{random_token(random, 20), now + lifetime_of(link.kind)};
    store::Statement insert =
        TRY(database.prepare("INSERT INTO one_time_link(hash, kind, account, email, expires_at_ms)"
                             " VALUES (?, ?, ?, ?, ?)"));
    insert.bind(ByteSpan(hash_of(made.token))).bind(to_string(link.kind));
    bind_account(insert, link.account);
    insert.bind(link.email).bind(to_unix_ms(made.expires_at));
    TRY_VOID(insert.step());
    return made;
}

Result<std::optional<OneTimeLink>> find_link(store::Database& database, LinkKind kind,
                                             std::string_view token, WallTime now) {
    store::Statement query =
        TRY(database.prepare("SELECT account, email FROM one_time_link"
                             " WHERE hash = ? AND kind = ? AND expires_at_ms > ?"));
    query.bind(ByteSpan(hash_of(token))).bind(to_string(kind)).bind(to_unix_ms(now));
    if (!TRY(query.step())) return std::nullopt;
    return OneTimeLink{kind, AccountId(std::string(query.text(0))), std::string(query.text(1))};
}

Result<std::optional<OneTimeLink>> use_link(store::Database& database, LinkKind kind,
                                            std::string_view token, WallTime now) {
    std::optional<OneTimeLink> link = TRY(find_link(database, kind, token, now));
    if (!link) return std::nullopt;
    store::Statement erase = TRY(database.prepare("DELETE FROM one_time_link WHERE hash = ?"));
    erase.bind(ByteSpan(hash_of(token)));
    TRY_VOID(erase.step());
    return link;
}

Result<void> erase_links(store::Database& database, const AccountId& account,
                         std::optional<LinkKind> kind) {
    store::Statement erase =
        TRY(database.prepare("DELETE FROM one_time_link WHERE account = ? AND kind LIKE ?"));
    erase.bind(account.value).bind(kind ? to_string(*kind) : "%");
    TRY_VOID(erase.step());
    return {};
}

}  // namespace shopcast::people
