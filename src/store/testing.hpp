#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <future>
#include <utility>

#include "async/testing.hpp"
#include "base/testing.hpp"
#include "store/sqlite.hpp"
#include "store/writer.hpp"

/// For tests only: a database in a folder that goes away with the test.
namespace shopcast::store::test {

struct DatabaseFolder : TemporaryFolder {
    std::filesystem::path database() const { return path / "test.db"; }
};

inline Database open_database(const std::filesystem::path& path,
                              Database::Mode mode = Database::Mode::ReadWrite) {
    auto database = Database::open(path, mode);
    REQUIRE(database);
    return std::move(*database);
}

/// The number in the first column of the query's first row.
inline std::int64_t number_of(Database& database, std::string_view query) {
    auto statement = database.prepare(query);
    REQUIRE(statement);
    REQUIRE(statement->step() == true);
    return statement->integer(0);
}

inline std::int64_t count_rows(const std::filesystem::path& path) {
    Database reader = open_database(path, Database::Mode::ReadOnly);
    return number_of(reader, "SELECT count(*) FROM t");
}

inline Result<void> submit_and_wait(Writer& writer, Writer::Work work) {
    std::promise<Result<void>> answered;
    writer.submit(std::move(work), [&](Result<void> result) { answered.set_value(result); });
    return async::value_of(answered.get_future(), "the writer's answer");
}

}  // namespace shopcast::store::test
