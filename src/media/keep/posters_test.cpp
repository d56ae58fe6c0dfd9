#include "media/keep/posters.hpp"
#include <stdlib.h>

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "media/limits.hpp"

using namespace shopcast;
using namespace shopcast::media;
namespace fs = std::filesystem;

namespace {

struct TemporaryFolder {
    TemporaryFolder() {
        char name[] = "/tmp/shopcast-test-XXXXXX";
        path = fs::path(::mkdtemp(name)) / "posters";
    }
    ~TemporaryFolder() { fs::remove_all(path.parent_path()); }
    fs::path path;
};

Poster poster(const std::string& stream, std::uint64_t number) {
    return {.stream = StreamId(stream),
            .number = number,
            .jpeg = Bytes(stream + "/" + std::to_string(number))};
}

std::set<std::string> names_in(const fs::path& folder) {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder)) {
        names.insert(entry.path().filename().string());
    }
    return names;
}

std::string text_of(const Posters::Ref& poster) {
    return poster ? std::string(poster->jpeg.text()) : "none";
}

}  // namespace

TEST_CASE("the newest three posters of a channel can be fetched, whichever stream they show") {
    Posters posters("/nonexistent");
    CHECK(posters.newest("a") == nullptr);
    CHECK(posters.find(StreamId("s1"), 1) == nullptr);
    for (const std::uint64_t number : {1U, 6U, 11U, 16U}) posters.add("a", poster("s1", number));
    posters.add("b", poster("s2", 6));
    CHECK(posters.find(StreamId("s1"), 1) == nullptr);
    for (const std::uint64_t number : {6U, 11U, 16U}) {
        CHECK(text_of(posters.find(StreamId("s1"), number)) == "s1/" + std::to_string(number));
    }
    CHECK(posters.newest("a")->number == 16);
    CHECK(text_of(posters.find(StreamId("s2"), 6)) == "s2/6");
    CHECK(posters.find(StreamId("s1"), 7) == nullptr);

    posters.add("a", poster("s3", 0));
    CHECK(text_of(posters.newest("a")) == "s3/0");
    CHECK(posters.find(StreamId("s1"), 6) == nullptr);
    CHECK(text_of(posters.find(StreamId("s1"), 16)) == "s1/16");
}

TEST_CASE("the last poster of a channel comes back after a restart") {
    const TemporaryFolder folder;
    {
        Posters posters(folder.path);
        REQUIRE(posters.load({"a", "b", "c"}));
        posters.add("a", poster("s1", 1));
        REQUIRE(posters.save("a"));
        posters.add("a", poster("s1", 6));
        posters.add("b", poster("s2", 3));
        posters.add("c", poster("s3", 9));
        REQUIRE(posters.save_all());
        REQUIRE(posters.save_all());
        REQUIRE(posters.save("nobody"));
    }
    CHECK(names_in(folder.path) == std::set<std::string>{"a.s1.6.jpg", "b.s2.3.jpg", "c.s3.9.jpg"});

    Posters again(folder.path);
    REQUIRE(again.load({"a", "b"}));  // "c" was deleted
    CHECK(text_of(again.newest("a")) == "s1/6");
    CHECK(text_of(again.find(StreamId("s2"), 3)) == "s2/3");
    CHECK(again.newest("c") == nullptr);
    CHECK(names_in(folder.path) == std::set<std::string>{"a.s1.6.jpg", "b.s2.3.jpg"});

    again.add("a", poster("s4", 0));
    REQUIRE(again.save("a"));
    CHECK(names_in(folder.path) == std::set<std::string>{"a.s4.0.jpg", "b.s2.3.jpg"});
}

TEST_CASE("what a crash leaves in the folder is settled, what is not ours stays") {
    const TemporaryFolder folder;
    fs::create_directories(folder.path);
    const auto now = fs::file_time_type::clock::now();
    const auto file = [&](const std::string& name, const std::string& content, int age_s) {
        std::ofstream(folder.path / name) << content;
        fs::last_write_time(folder.path / name, now - std::chrono::seconds(age_s));
    };
    file("a.s1.7.jpg", "new", 1);
    file("a.s1.3.jpg", "old", 2);
    file("a.s1.9.jpg.part", "half", 0);
    file("b.s2.1.jpg", "", 0);
    file("b.s2.x.jpg", "?", 0);
    file("readme", "?", 0);
    Posters posters(folder.path);
    REQUIRE(posters.load({"a", "b"}));
    CHECK(text_of(posters.newest("a")) == "new");
    CHECK(posters.newest("b") == nullptr);
    CHECK(names_in(folder.path) == std::set<std::string>{"a.s1.7.jpg", "b.s2.x.jpg", "readme"});
}

TEST_CASE("a disk that refuses leaves the posters in memory, and the older file") {
    const TemporaryFolder folder;
    Posters posters(folder.path);
    REQUIRE(posters.load({"a"}));
    posters.add("a", poster("s1", 1));
    REQUIRE(posters.save("a"));
    fs::create_directory(folder.path / "a.s1.2.jpg.part");  // in the way
    posters.add("a", poster("s1", 2));
    CHECK_FALSE(posters.save("a"));
    posters.add("b", poster("s2", 1));
    CHECK_FALSE(posters.save_all());  // though the last one could be saved
    CHECK(fs::exists(folder.path / "b.s2.1.jpg"));
    CHECK(text_of(posters.newest("a")) == "s1/2");
    CHECK(fs::exists(folder.path / "a.s1.1.jpg"));
}

TEST_CASE("channels beyond the limit lose the oldest poster") {
    const TemporaryFolder folder;
    Posters posters(folder.path);
    REQUIRE(posters.load({}));
    const auto name = [](std::size_t i) { return "channel-" + std::to_string(i); };
    posters.add(name(0), poster("s0", 0));
    REQUIRE(posters.save(name(0)));
    for (std::size_t i = 1; i < limits::poster_channels_max; ++i) {
        posters.add(name(i), poster("s" + std::to_string(i), 0));
    }
    CHECK(posters.newest(name(0)) != nullptr);
    posters.add("another", poster("s", 0));
    CHECK(posters.newest(name(0)) == nullptr);
    CHECK(posters.find(StreamId("s0"), 0) == nullptr);
    CHECK(posters.newest(name(1)) != nullptr);
    REQUIRE(posters.save(name(0)));
    CHECK(names_in(folder.path).empty());
}

TEST_CASE("the posters of a channel that was removed go, in memory and on the disk") {
    const TemporaryFolder folder;
    Posters posters(folder.path);
    REQUIRE(posters.load({"a", "b", "c"}));
    for (const char* channel : {"a", "b"}) posters.add(channel, poster(channel, 1));
    REQUIRE(posters.save_all());
    posters.add("c", poster("c", 1));
    posters.add("b", poster("b", 2));
    CHECK(posters.keep_only({"a"}) == 2);
    CHECK(names_in(folder.path).size() == 1);
    CHECK(text_of(posters.newest("a")) == "a/1");
    CHECK(posters.newest("b") == nullptr);
    CHECK(posters.find(StreamId("b"), 1) == nullptr);
    CHECK(posters.find(StreamId("c"), 1) == nullptr);
    CHECK(posters.keep_only({"a"}) == 0);
    REQUIRE(posters.save_all());
    CHECK(names_in(folder.path).size() == 1);
}
