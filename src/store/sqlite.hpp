#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "store/limits.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace shopcast::store {

class StatementCache;

/// A prepared statement. Bind parameters from 1 in order, then call step() until it gives false.
/// Belongs to the thread of its Database, and is used no longer than that lives.
class Statement {
public:
    /// Binds the next parameter.
    Statement& bind(std::string_view text);
    Statement& bind(std::int64_t number);
    Statement& bind(ByteSpan blob);
    Statement& bind_null();

    /// True: a row is there to read. False: done.
    Result<bool> step();
    /// step() for what returns no rows; ready to be bound and run again.
    Result<void> run();
    /// Forgets rows and parameters: ready to be bound and run again.
    Statement& reset();

    /// Columns of the current row, from 0. Views stay valid until the next step().
    std::string_view text(int column) const;
    std::int64_t integer(int column) const;
    ByteSpan blob(int column) const;
    bool is_null(int column) const;

private:
    friend class Database;
    /// Gives it back to its database, which keeps it for the next one who asks the same.
    struct GiveBack {
        void operator()(sqlite3_stmt* statement) const;
        std::shared_ptr<StatementCache> cache;
    };
    Statement(sqlite3_stmt* statement, std::shared_ptr<StatementCache> cache)
        : statement_(statement, GiveBack{std::move(cache)}) {}
    Statement& bound(int rc);

    std::unique_ptr<sqlite3_stmt, GiveBack> statement_;
    int next_parameter_ = 1;
    int bind_error_ = 0;
};

/// One SQLite connection, used by one thread.
class Database {
public:
    enum class Mode { ReadWrite, ReadOnly };

    /// Opens or creates the database at `path` in WAL mode with synchronous=FULL: a committed
    /// transaction survives power loss. Never checkpoints by itself (wal_autocheckpoint=0): SQLite
    /// before 3.51.3 can lose commits when several connections checkpoint and write at once, so
    /// the one writer calls checkpoint() between its batches.
    static Result<Database> open(const std::string& path, Mode mode);

    /// Parsed once: who asks for the same text again gets the statement that was given back.
    Result<Statement> prepare(std::string_view sql);
    /// False after an error that made SQLite roll back by itself (a full disk may).
    bool in_transaction() const;
    /// Runs statements that return nothing, separated by semicolons. Errors: Full, Io; Busy:
    /// another program held the database for limits::database_busy_timeout, and nothing was done.
    Result<void> execute(const char* sql);
    /// Rows changed by the latest INSERT, UPDATE or DELETE.
    std::int64_t changed_rows() const;
    /// Pages in the write-ahead log after the latest commit.
    int wal_pages() const { return *wal_pages_; }
    /// Moves the write-ahead log into the database file. Only the writer calls it.
    Result<void> checkpoint();

private:
    struct Close {
        void operator()(sqlite3* handle) const;
    };
    explicit Database(sqlite3* handle);
    std::unexpected<Error> failure(std::string_view what) const;

    std::unique_ptr<sqlite3, Close> handle_;
    std::unique_ptr<int> wal_pages_;  // stable address for SQLite's hook
    /// Shared with the statements, the last of which may end after the connection.
    std::shared_ptr<StatementCache> statements_;
};

}  // namespace shopcast::store
