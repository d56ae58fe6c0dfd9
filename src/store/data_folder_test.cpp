#include "store/data_folder.hpp"
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "store/testing.hpp"

using namespace shopcast;
using namespace shopcast::store;
using store::test::DatabaseFolder;
namespace fs = std::filesystem;

namespace {

std::string text_of(const fs::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Somebody else who holds the folder, and wrote `holder` into the lock.
struct Holder {
    Holder(const fs::path& folder, const std::string& holder) {
        std::ofstream(folder / "lock") << holder;
        fd = ::open((folder / "lock").c_str(), O_RDWR);
        REQUIRE(::flock(fd, LOCK_EX | LOCK_NB) == 0);
    }
    ~Holder() { ::close(fd); }
    Holder(const Holder&) = delete;
    Holder& operator=(const Holder&) = delete;
    int fd = -1;
};

std::string refusal(const fs::path& folder, Errc code) {
    const auto opened = DataFolder::open(folder);
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == code);
    return opened.error().message;
}

/// Files cannot grow while this lives.
struct NoGrowth {
    NoGrowth() {
        ::signal(SIGXFSZ, SIG_IGN);
        REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
        const rlimit none{.rlim_cur = 0, .rlim_max = before.rlim_max};
        REQUIRE(::setrlimit(RLIMIT_FSIZE, &none) == 0);
    }
    ~NoGrowth() {
        ::setrlimit(RLIMIT_FSIZE, &before);
        ::signal(SIGXFSZ, SIG_DFL);
    }
    NoGrowth(const NoGrowth&) = delete;
    NoGrowth& operator=(const NoGrowth&) = delete;
    rlimit before{};
};

}  // namespace

TEST_CASE("a data folder has one owner at a time") {
    const DatabaseFolder folder;
    const fs::path path = folder.path / "a" / "data";
    {
        const auto first = DataFolder::open(path);
        REQUIRE(first);
        CHECK(first->database() == path / "shopcast.db");
        CHECK(text_of(path / "lock") == std::to_string(::getpid()));
        const std::string refused = refusal(path, Errc::Config);
        CHECK(refused.find("(process " + std::to_string(::getpid()) + ")") != std::string::npos);
        CHECK(refused.find("--data") != std::string::npos);
        // Who was refused changed nothing.
        CHECK(text_of(path / "lock") == std::to_string(::getpid()));
    }
    CHECK(DataFolder::open(path));
}

TEST_CASE("a new folder is its owner's alone, one that was there keeps its mode") {
    const DatabaseFolder folder;
    REQUIRE(DataFolder::open(folder.path / "data"));
    CHECK(fs::status(folder.path / "data").permissions() == fs::perms::owner_all);
    const auto open_to_group = fs::perms::owner_all | fs::perms::group_read;
    fs::permissions(folder.path, open_to_group);
    REQUIRE(DataFolder::open(folder.path));
    CHECK(fs::status(folder.path).permissions() == open_to_group);
}

TEST_CASE("an owner that is moved from gives nothing up") {
    const DatabaseFolder folder;
    const int input_before = ::fcntl(STDIN_FILENO, F_GETFD);
    {
        auto first = DataFolder::open(folder.path);
        REQUIRE(first);
        std::optional<DataFolder> second;
        second.emplace(std::move(*first));
        first = fail(Errc::Closed, "gone");
        CHECK(second->database() == folder.path / "shopcast.db");
        CHECK_FALSE(DataFolder::open(folder.path));
    }
    // Nor does it close what is not its own.
    CHECK(::fcntl(STDIN_FILENO, F_GETFD) == input_before);
    CHECK(DataFolder::open(folder.path));
}

TEST_CASE("who holds the folder is named as far as it says so") {
    const DatabaseFolder folder;
    {
        const Holder silent(folder.path, "");
        const std::string refused = refusal(folder.path, Errc::Config);
        CHECK(refused.find("is in use by another shopcast; stop it") != std::string::npos);
    }
    {
        const Holder one(folder.path, "7");
        CHECK(refusal(folder.path, Errc::Config).find("(process 7);") != std::string::npos);
    }
    const Holder garbage(folder.path, std::string(100, '9'));
    const std::string refused = refusal(folder.path, Errc::Config);
    CHECK(refused.find("(process " + std::string(15, '9') + ");") != std::string::npos);
}

TEST_CASE("what an earlier owner wrote into the lock is gone") {
    const DatabaseFolder folder;
    std::ofstream(folder.path / "lock") << std::string(100, '9');
    const auto opened = DataFolder::open(folder.path);
    REQUIRE(opened);
    CHECK(text_of(folder.path / "lock") == std::to_string(::getpid()));
}

TEST_CASE("a folder that cannot be used is refused in words") {
    const DatabaseFolder folder;
    std::ofstream(folder.path / "file") << "in the way";
    CHECK(refusal(folder.path / "file" / "data", Errc::Config)
              .starts_with("cannot create the data folder "));
    const fs::path lock_is_folder = folder.path / "one";
    fs::create_directories(lock_is_folder / "lock");
    CHECK(refusal(lock_is_folder, Errc::Io).starts_with("cannot open "));
    // A pipe can be locked and written, but not emptied.
    const fs::path lock_is_pipe = folder.path / "two";
    fs::create_directories(lock_is_pipe);
    REQUIRE(::mkfifo((lock_is_pipe / "lock").c_str(), 0600) == 0);
    CHECK(refusal(lock_is_pipe, Errc::Io).starts_with("cannot write "));
    const fs::path disk_is_full = folder.path / "three";
    fs::create_directories(disk_is_full);
    const NoGrowth full;
    CHECK(refusal(disk_is_full, Errc::Io).starts_with("cannot write "));
}
