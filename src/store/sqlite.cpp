#include "store/sqlite.hpp"
#include <sqlite3.h>

#include <map>
#include <string>

#include "store/limits.hpp"

namespace shopcast::store {
namespace {

int on_commit_to_wal(void* pages, sqlite3*, const char*, int wal_pages) {
    *static_cast<int*>(pages) = wal_pages;
    return SQLITE_OK;
}

Errc code_of(int rc) {
    switch (rc & 0xFF) {  // the rest of an extended code says more than is needed here
        case SQLITE_CONSTRAINT: return Errc::Conflict;
        case SQLITE_FULL: return Errc::Full;
        case SQLITE_BUSY: return Errc::Busy;
        default: return Errc::Io;
    }
}

}  // namespace

/// Statements that nobody uses now, by their text.
class StatementCache {
public:
    StatementCache() = default;
    StatementCache(const StatementCache&) = delete;
    StatementCache& operator=(const StatementCache&) = delete;
    ~StatementCache() {
        for (const auto& [sql, statement] : idle_) sqlite3_finalize(statement);
    }

    sqlite3_stmt* take(std::string_view sql) {
        const auto found = idle_.find(sql);
        if (found == idle_.end()) return nullptr;
        sqlite3_stmt* const statement = found->second;
        idle_.erase(found);
        return statement;
    }
    void give_back(sqlite3_stmt* statement) {
        sqlite3_reset(statement);  // its result repeats the last step's
        sqlite3_clear_bindings(statement);
        if (idle_.size() < limits::statements_kept_max &&
            idle_.try_emplace(sqlite3_sql(statement), statement).second) {
            return;
        }
        sqlite3_finalize(statement);
    }

private:
    std::map<std::string, sqlite3_stmt*, std::less<>> idle_;
};

void Statement::GiveBack::operator()(sqlite3_stmt* statement) const {
    cache->give_back(statement);
}

Statement& Statement::bind(std::string_view text) {
    return bound(sqlite3_bind_text64(statement_.get(), next_parameter_++, text.data(), text.size(),
                                     SQLITE_TRANSIENT, SQLITE_UTF8));
}

Statement& Statement::bind(std::int64_t number) {
    return bound(sqlite3_bind_int64(statement_.get(), next_parameter_++, number));
}

Statement& Statement::bind(ByteSpan blob) {
    return bound(sqlite3_bind_blob64(statement_.get(), next_parameter_++, blob.data(), blob.size(),
                                     SQLITE_TRANSIENT));
}

Statement& Statement::bind_null() {
    return bound(sqlite3_bind_null(statement_.get(), next_parameter_++));
}

Statement& Statement::bound(int rc) {
    if (rc != SQLITE_OK) bind_error_ = rc;
    return *this;
}

Result<bool> Statement::step() {
    if (bind_error_ != SQLITE_OK) {
        return fail(Errc::Internal, std::string("bind: ") + sqlite3_errstr(bind_error_));
    }
    const int rc = sqlite3_step(statement_.get());
    if (rc == SQLITE_ROW) return true;
    if (rc == SQLITE_DONE) return false;
    return fail(code_of(rc), sqlite3_errmsg(sqlite3_db_handle(statement_.get())));
}

Result<void> Statement::run() {
    const Result<bool> stepped = step();
    reset();
    if (!stepped) return std::unexpected(stepped.error());
    return {};
}

Statement& Statement::reset() {
    sqlite3_reset(statement_.get());  // its result repeats the last step's
    next_parameter_ = 1;
    bind_error_ = SQLITE_OK;
    return *this;
}

std::string_view Statement::text(int column) const {
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(statement_.get(), column);
}

ByteSpan Statement::blob(int column) const {
    const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(statement_.get(), column));
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

bool Statement::is_null(int column) const {
    return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

Database::Database(sqlite3* handle)
    : handle_(handle),
      wal_pages_(std::make_unique<int>(0)),
      statements_(std::make_shared<StatementCache>()) {}

void Database::Close::operator()(sqlite3* handle) const {
    sqlite3_close_v2(handle);
}

Result<Database> Database::open(const std::string& path, Mode mode) {
    const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                      (mode == Mode::ReadWrite ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                               : SQLITE_OPEN_READONLY);
    sqlite3* handle = nullptr;
    const int rc = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
    Database database(handle);
    if (rc != SQLITE_OK) return database.failure("cannot open " + path);
    sqlite3_busy_timeout(handle, static_cast<int>(limits::database_busy_timeout.count()));
    if (mode == Mode::ReadWrite) {
        TRY_VOID(
            database.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                             "PRAGMA wal_autocheckpoint=0; PRAGMA foreign_keys=ON;"));
        const std::string limit =
            "PRAGMA journal_size_limit=" + std::to_string(limits::wal_bytes_kept);
        TRY_VOID(database.execute(limit.c_str()));
        sqlite3_wal_hook(handle, on_commit_to_wal, database.wal_pages_.get());
    }
    return database;
}

Result<Statement> Database::prepare(std::string_view sql) {
    sqlite3_stmt* statement = statements_->take(sql);
    if (statement != nullptr) return Statement(statement, statements_);
    const int rc = sqlite3_prepare_v2(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                      &statement, nullptr);
    if (rc != SQLITE_OK) return failure("cannot prepare a statement");
    return Statement(statement, statements_);
}

Result<void> Database::execute(const char* sql) {
    if (sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
        return failure("cannot execute a statement");
    }
    return {};
}

bool Database::in_transaction() const {
    return sqlite3_get_autocommit(handle_.get()) == 0;
}

std::int64_t Database::changed_rows() const {
    return sqlite3_changes64(handle_.get());
}

Result<void> Database::checkpoint() {
    if (sqlite3_wal_checkpoint_v2(handle_.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr,
                                  nullptr) != SQLITE_OK) {
        return failure("cannot checkpoint");
    }
    return {};
}

std::unexpected<Error> Database::failure(std::string_view what) const {
    // Both take "no handle" for "out of memory".
    const Errc code = code_of(sqlite3_errcode(handle_.get()));
    return fail(code, std::string(what) + ": " + sqlite3_errmsg(handle_.get()));
}

}  // namespace shopcast::store
