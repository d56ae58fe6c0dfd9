#include "store/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <vector>

namespace shopcast::store {
namespace {

// Steps are only ever appended.
constexpr std::array<std::string_view, 2> own_steps{R"sql(
-- By which a payment provider's account tells several data folders apart.
CREATE TABLE installation (
    id TEXT PRIMARY KEY
) STRICT;
INSERT INTO installation VALUES (lower(hex(randomblob(8))));
CREATE TABLE shop (
    id   TEXT PRIMARY KEY,
    name TEXT NOT NULL
) STRICT;
INSERT INTO shop(id, name) VALUES ('main', 'shopcast');
)sql",
                                                    R"sql(
-- Empty until somebody names the shop: it is called as the server is.
ALTER TABLE shop ADD COLUMN name_ko TEXT NOT NULL DEFAULT '';
ALTER TABLE shop ADD COLUMN name_en TEXT NOT NULL DEFAULT '';
ALTER TABLE shop DROP COLUMN name;
)sql"};

/// In SQLite's user_version: what follows is in schema_version. Lower ones were whole schemas.
constexpr std::int64_t layout = 1000;

Result<std::int64_t> layout_of(Database& database) {
    Statement query = TRY(database.prepare("PRAGMA user_version"));
    TRY_VOID(query.step());
    return query.integer(0);
}

Result<void> prepare_layout(Database& database) {
    const std::int64_t found = TRY(layout_of(database));
    if (found == layout) return {};
    if (found != 0) {
        return fail(Errc::Config,
                    fmt::format("the data folder was written by {} shopcast (layout {}, this "
                                "program knows {}); start that version or another folder",
                                found < layout ? "an older" : "a newer", found, layout));
    }
    return database.execute(
        "BEGIN IMMEDIATE; CREATE TABLE schema_version (module TEXT PRIMARY KEY, version INTEGER"
        " NOT NULL) STRICT, WITHOUT ROWID; PRAGMA user_version=1000; COMMIT;");
}

using Versions = std::map<std::string, std::int64_t, std::less<>>;
Result<Versions> read_versions(Database& database) {
    Versions versions;
    Statement query = TRY(database.prepare("SELECT module, version FROM schema_version"));
    while (TRY(query.step())) versions[std::string(query.text(0))] = query.integer(1);
    return versions;
}

/// A module or a step that this program does not have: nothing of it may be touched.
Result<void> check_known(const Versions& versions, const std::vector<const Schema*>& modules) {
    for (const auto& [name, version] : versions) {
        const auto known = std::ranges::find(modules, name, &Schema::module);
        const auto steps = known == modules.end() ? 0 : std::ssize((*known)->steps);
        if (version <= steps) continue;
        return fail(Errc::Config,
                    fmt::format("the data folder was written by a newer shopcast ({} is at step "
                                "{}, this program knows {}); start that version or another folder",
                                name, version, steps));
    }
    return {};
}

Result<void> bring_to_newest(Database& database, const Schema& schema, std::int64_t version) {
    for (auto step = static_cast<std::size_t>(version); step < schema.steps.size(); ++step) {
        const std::string sql = fmt::format(
            "BEGIN IMMEDIATE; {} INSERT INTO schema_version VALUES ('{}', {}) ON CONFLICT (module)"
            " DO UPDATE SET version = excluded.version; COMMIT;",
            schema.steps[step], schema.module, step + 1);
        const auto done = database.execute(sql.c_str());
        if (done) continue;
        // What refused the step is to be told, not what refuses to undo it.
        if (database.in_transaction()) (void)database.execute("ROLLBACK");
        return done;
    }
    return {};
}

}  // namespace

const Schema& schema() {
    static const Schema mine{.module = "store", .steps = own_steps};
    return mine;
}

Result<void> migrate(Database& database, std::initializer_list<const Schema*> modules) {
    std::vector<const Schema*> all{&schema()};
    all.insert(all.end(), modules);
    TRY_VOID(prepare_layout(database));
    const Versions versions = TRY(read_versions(database));
    TRY_VOID(check_known(versions, all));
    for (const Schema* each : all) {
        const auto known = versions.find(each->module);
        TRY_VOID(bring_to_newest(database, *each, known == versions.end() ? 0 : known->second));
    }
    return {};
}

Result<std::string> installation_of(Database& database) {
    Statement query = TRY(database.prepare("SELECT id FROM installation"));
    if (!TRY(query.step())) return fail(Errc::Malformed, "the database does not know its own name");
    return std::string(query.text(0));
}

Result<bool> has_shop(Database& database, std::string_view shop) {
    Statement query = TRY(database.prepare("SELECT 1 FROM shop WHERE id = ?"));
    return query.bind(shop).step();
}

Result<std::optional<std::string>> only_shop(Database& database) {
    Statement query = TRY(database.prepare("SELECT MIN(id), COUNT(*) FROM shop"));
    TRY_VOID(query.step());
    if (query.integer(1) != 1) return std::nullopt;
    return std::string(query.text(0));
}

}  // namespace shopcast::store
