#include "base/files.hpp"
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <cerrno>
#include <fstream>
#include <set>

#include "base/testing.hpp"

using namespace shopcast;
using namespace shopcast;
namespace fs = std::filesystem;

namespace {

Result<void> write_text(int fd) {
    return write_all(fd, as_bytes("text"));
}

}  // namespace

TEST_CASE("a disk without room is full, whether its own or the owner's share") {
    for (const int number : {ENOSPC, EDQUOT}) {
        CHECK(disk_failed("write", number).error().code == Errc::Full);
    }
    CHECK(disk_failed("write", EIO).error().code == Errc::Io);
    CHECK(disk_failed("write a file", EIO).error().message.starts_with("write a file: "));
}

TEST_CASE("a file is closed with its scope unless it was given away") {
    const TemporaryFolder folder;
    int closed = -1;
    int kept = -1;
    {
        const DiskFile file(folder.path / "a", O_RDWR | O_CREAT);
        closed = file.fd();
        REQUIRE(closed >= 0);
        DiskFile given(folder.path / "b", O_RDWR | O_CREAT);
        kept = given.release();
        CHECK(given.fd() < 0);
        const DiskFile missing(folder.path / "nothing", O_RDONLY);
        CHECK(missing.fd() < 0);
    }
    CHECK(::fcntl(closed, F_GETFD) < 0);
    CHECK(::fcntl(kept, F_GETFD) >= 0);
    ::close(kept);
    CHECK(fs::status(folder.path / "a").permissions() ==
          (fs::perms::owner_read | fs::perms::owner_write));
}

TEST_CASE("files are read whole, whatever their length") {
    const TemporaryFolder folder;
    for (const std::size_t length : {0U, 1U, 64U * 1024, 64U * 1024 + 1, 200'000U}) {
        std::string text(length, '.');
        for (std::size_t i = 0; i < length; ++i) text[i] = static_cast<char>('a' + i % 23);
        const fs::path path = folder.path / "file";
        REQUIRE(write_file(path, [&](int fd) { return write_all(fd, as_bytes(text)); }));
        const DiskFile file(path, O_RDONLY);
        CHECK(read_all(file.fd()) == text);
    }
    const auto refused = read_all(-1);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::Io);
}

TEST_CASE("a file that could not be written whole is not there") {
    const TemporaryFolder folder;
    const fs::path path = folder.path / "file";
    const auto refused =
        write_file(path, [](int) { return fail(Errc::Malformed, "not that one"); });
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::Malformed);
    CHECK_FALSE(fs::exists(path));
    CHECK_FALSE(write_file(folder.path / "nowhere" / "file", write_text));
    // A pipe takes bytes and cannot be synced.
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    const DiskFile reader(path, O_RDONLY | O_NONBLOCK);
    const auto unsynced = write_file(path, write_text);
    REQUIRE_FALSE(unsynced);
    CHECK(unsynced.error().message.starts_with("sync "));
    CHECK_FALSE(fs::exists(path));
    CHECK(write_file(path, write_text));
    CHECK(fs::file_size(path) == 4);
    // A longer one that was there is replaced.
    std::ofstream(path) << "longer than that";
    CHECK(write_file(path, write_text));
    CHECK(fs::file_size(path) == 4);
}

TEST_CASE("a write that the disk refuses says so") {
    const DiskFile full("/dev/full", O_WRONLY);
    const auto refused = write_text(full.fd());
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::Full);
    CHECK(write_all(full.fd(), {}));
    const TemporaryFolder folder;
    CHECK(sync_folder(folder.path));
    CHECK_FALSE(sync_folder(folder.path / "nowhere"));
}

TEST_CASE("a file that is kept is there whole, or as it was") {
    const TemporaryFolder folder;
    const fs::path path = folder.path / "file";
    const auto content = [&] { return read_all(DiskFile(path, O_RDONLY).fd()); };
    REQUIRE(write_durably(path, as_bytes("first")));
    CHECK(content() == "first");
    REQUIRE(write_durably(path, as_bytes("second, longer")));
    CHECK(content() == "second, longer");
    CHECK_FALSE(fs::exists(half_written(path)));
    // Where nothing can be written under the other name, nothing changes.
    fs::create_directory(half_written(path));
    CHECK_FALSE(write_durably(path, as_bytes("third")));
    CHECK(content() == "second, longer");
}

TEST_CASE("a folder is listed, and one that cannot be says why") {
    const TemporaryFolder folder;
    for (const char* name : {"a", "b"}) REQUIRE(write_durably(folder.path / name, as_bytes("x")));
    fs::create_symlink("nowhere", folder.path / "dangling");
    const auto entries = list_folder(folder.path);
    REQUIRE(entries);
    std::set<std::string> names;
    for (const FolderEntry& entry : *entries) {
        names.insert(entry.name);
        CHECK(entry.written > fs::file_time_type::clock::now() - std::chrono::hours(1));
    }
    CHECK(names == std::set<std::string>{"a", "b"});
    CHECK(list_folder(folder.path / "nowhere").error().code == Errc::NotFound);
    CHECK(list_folder(folder.path / "a").error().code == Errc::Io);
}
