#include "people/known_places.hpp"

#include "people/limits.hpp"
#include "people/secret.hpp"
#include "wire/ip_address.hpp"

namespace shopcast::people {
namespace {

using store::Database;
using store::Statement;

/// False: it is no browser of that account's.
Result<bool> touch(Database& database, const AccountId& account, const Visit& visit,
                   std::int64_t now_ms) {
    Statement update =
        TRY(database.prepare("UPDATE known_place SET address = ?, last_used_at_ms = ?"
                             " WHERE hash = ? AND account = ?"));
    update.bind(wire::counted_as(visit.address)).bind(now_ms);
    TRY_VOID(update.bind(ByteSpan(hash_of(visit.browser))).bind(account.value).run());
    return database.changed_rows() > 0;
}

Result<void> make_room(Database& database, const AccountId& account) {
    Statement erase = TRY(
        database.prepare("DELETE FROM known_place WHERE hash IN (SELECT hash FROM known_place"
                         " WHERE account = ? ORDER BY last_used_at_ms DESC LIMIT -1 OFFSET ?)"));
    return erase.bind(account.value)
        .bind(static_cast<std::int64_t>(limits::known_places_per_account_max))
        .run();
}

}  // namespace

Result<std::string> remember_place(Database& database, const AccountId& account, const Visit& visit,
                                   Random& random, WallTime now) {
    const std::int64_t now_ms = to_unix_ms(now);
    if (!visit.browser.empty() && TRY(touch(database, account, visit, now_ms))) {
        return visit.browser;
    }
    std::string token = random_token(random, 20);
    Statement insert = TRY(database.prepare(
        "INSERT INTO known_place(hash, account, address, last_used_at_ms) VALUES (?, ?, ?, ?)"));
    insert.bind(ByteSpan(hash_of(token))).bind(account.value);
    TRY_VOID(insert.bind(wire::counted_as(visit.address)).bind(now_ms).run());
    TRY_VOID(make_room(database, account));
    return token;
}

Result<std::string> find_place(Database& database, std::string_view login, const Visit& visit) {
    const std::string address = wire::counted_as(visit.address);
    Statement query = TRY(
        database.prepare("SELECT MAX(hash = ?1) FROM known_place JOIN account ON account.id ="
                         " known_place.account WHERE login = ?2 AND (hash = ?1 OR address = ?3)"));
    query.bind(ByteSpan(hash_of(visit.browser))).bind(login).bind(address);
    if (!TRY(query.step()) || query.is_null(0)) return std::string();
    return query.integer(0) == 1 ? "browser " + visit.browser : "address " + address;
}

Result<void> forget_places(Database& database, const AccountId& account) {
    Statement erase = TRY(database.prepare("DELETE FROM known_place WHERE account = ?"));
    return erase.bind(account.value).run();
}

}  // namespace shopcast::people
