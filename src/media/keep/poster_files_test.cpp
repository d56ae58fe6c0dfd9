#include "media/keep/poster_files.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include "base/limits.hpp"
#include "base/testing.hpp"

using namespace shopcast;
using namespace shopcast::media;
namespace fs = std::filesystem;

namespace {

const PosterFile poster{.channel = "shoes", .stream = StreamId("abc"), .number = 7};

}  // namespace

TEST_CASE("a poster's file name says whose it is, and other names are none") {
    CHECK(poster.name() == "shoes.abc.7.jpg");
    const auto read = PosterFile::from_name("shoes.abc.7.jpg");
    REQUIRE(read);
    CHECK(read->channel == "shoes");
    CHECK(read->stream == StreamId("abc"));
    CHECK(read->number == 7);
    for (const std::string_view name :
         {"", "shoes.abc.jpg", "shoes.abc.7.png", "shoes.abc.x.jpg", "shoes.abc..jpg",
          "shoes.abc.7.jpg.part", "a.shoes.abc.7.jpg", "shoes.abc.-1.jpg"}) {
        CAPTURE(name);
        CHECK_FALSE(PosterFile::from_name(name));
    }
}

TEST_CASE("posters are listed by age, what was half written is removed") {
    const TemporaryFolder folder;
    const fs::path posters = folder.path / "a" / "posters";
    REQUIRE(list_poster_files(posters)->empty());
    const auto now = fs::file_time_type::clock::now();
    for (const int age_s : {2, 3, 1}) {
        const fs::path path = posters / ("shoes.abc." + std::to_string(age_s) + ".jpg");
        std::ofstream(path) << "jpeg";
        fs::last_write_time(path, now - std::chrono::seconds(age_s));
    }
    std::ofstream(posters / "shoes.abc.9.jpg.part") << "jp";
    const auto listed = list_poster_files(posters);
    REQUIRE(listed);
    REQUIRE(listed->size() == 3);
    CHECK((*listed)[0].number == 3);
    CHECK((*listed)[1].number == 2);
    CHECK((*listed)[2].number == 1);
    CHECK_FALSE(fs::exists(posters / "shoes.abc.9.jpg.part"));
    std::ofstream(folder.path / "file") << "in the way";
    CHECK_FALSE(list_poster_files(folder.path / "file"));
    CHECK_FALSE(list_poster_files(folder.path / "file" / "posters"));
}

TEST_CASE("a poster of the largest size is read, an empty or a larger one is none") {
    const TemporaryFolder folder;
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{1}, limits::poster_bytes_max, limits::poster_bytes_max + 1}) {
        CAPTURE(size);
        const std::string jpeg(size, 'j');
        REQUIRE(write_poster_file(folder.path, poster, as_bytes(jpeg)));
        const auto read = read_poster_file(folder.path, poster);
        CHECK(read.has_value() == (size > 0 && size <= limits::poster_bytes_max));
        if (read) CHECK(read->text() == jpeg);
        if (!read) CHECK(read.error().code == Errc::Malformed);
    }
    remove_poster_file(folder.path, poster);
    const auto gone = read_poster_file(folder.path, poster);
    REQUIRE_FALSE(gone);
    CHECK(gone.error().code == Errc::Io);
}

TEST_CASE("a poster that cannot take its name is an error, and none is there") {
    const TemporaryFolder folder;
    fs::create_directories(folder.path / poster.name() / "in the way");
    const auto refused = write_poster_file(folder.path, poster, as_bytes("jpeg"));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.starts_with("rename "));
    CHECK_FALSE(write_poster_file(folder.path / "nowhere", poster, as_bytes("jpeg")));
}
