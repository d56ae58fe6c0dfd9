#include "shop/catalogue/picture_shelf.hpp"
#include <stdlib.h>

#include <doctest/doctest.h>

#include <fstream>
#include <future>
#include <iterator>

#include "async/testing.hpp"
#include "base/files.hpp"
#include "base/testing.hpp"
#include "shop/limits.hpp"
#include "tests_folder.hpp"

using namespace shopcast;
using namespace shopcast::shop;

namespace {

Bytes upload_of(const std::string& name) {
    return Bytes(test_upload(name));
}

struct Upload {
    std::string shop;
    Bytes bytes;
};

async::Task<void> put_one(async::Loop& loop, PictureShelf& shelf, Upload upload,
                          std::vector<Result<PictureRef>>& answers, std::size_t count) {
    Result<PictureRef> answer = co_await shelf.put(loop, upload.shop, upload.bytes);
    answers.push_back(std::move(answer));
    if (answers.size() == count) loop.stop();
}

/// Once what was spawned before it has begun.
async::Task<void> let_go(async::Loop& loop, std::promise<void>& go) {
    co_await async::turns(loop, 3);
    go.set_value();
}

/// All at once; the answers in the order in which they come.
std::vector<Result<PictureRef>> put(PictureShelf& shelf, const std::vector<Upload>& uploads) {
    async::Loop loop("test");
    std::vector<Result<PictureRef>> answers;
    for (const Upload& upload : uploads) {
        loop.spawn(put_one(loop, shelf, upload, answers, uploads.size()));
    }
    loop.run();
    REQUIRE(answers.size() == uploads.size());
    return answers;
}

}  // namespace

TEST_CASE("an upload is kept in each width, under a name made of its bytes and its shop") {
    const TemporaryFolder folder;
    PictureShelf shelf(folder.path, &picture::still_jpegs);
    const Upload jpeg{"main", upload_of("jpeg")};
    const auto first = put(shelf, {jpeg}).at(0);
    REQUIRE(first);
    CHECK(first->id.size() == 26);
    CHECK(first->width > 0);
    CHECK(first->height > 0);
    for (const std::uint32_t width : PictureShelf::widths) {
        const auto file = shelf.file_of(first->id, width);
        CHECK(file == folder.path / first->id / (std::to_string(width) + ".jpg"));
        std::ifstream in(file, std::ios::binary);
        const std::string bytes(std::istreambuf_iterator<char>(in), {});
        CHECK(bytes.starts_with("\xFF\xD8"));
        CHECK(bytes.ends_with("\xFF\xD9"));
    }
    CHECK_FALSE(std::filesystem::exists(half_written(folder.path / first->id)));
    const auto again = put(shelf, {jpeg}).at(0);
    REQUIRE(again);
    CHECK(again->id == first->id);
    CHECK(again->width == first->width);
    CHECK(put(shelf, {{"other", jpeg.bytes}}).at(0)->id != first->id);
    CHECK(put(shelf, {{"main", upload_of("png")}}).at(0)->id != first->id);
}

TEST_CASE("what is no picture, or has no place, is an error") {
    const TemporaryFolder folder;
    PictureShelf shelf(folder.path, &picture::still_jpegs);
    CHECK_FALSE(put(shelf, {{"main", Bytes(std::string("no picture"))}}).at(0));
    CHECK(std::filesystem::is_empty(folder.path));
    std::ofstream(folder.path / "file") << "x";
    PictureShelf nowhere(folder.path / "file", &picture::still_jpegs);
    const auto refused = put(nowhere, {{"main", upload_of("jpeg")}}).at(0);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find("make ") != std::string::npos);
}

TEST_CASE("what cannot be drawn leaves nothing") {
    const TemporaryFolder folder;
    const auto late = [](ByteSpan, std::span<const std::uint32_t>) -> Result<picture::Stills> {
        return fail(Errc::Timeout, "took too long");
    };
    PictureShelf shelf(folder.path, late);
    const auto refused = put(shelf, {{"main", upload_of("jpeg")}}).at(0);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::Timeout);
    CHECK(std::filesystem::is_empty(folder.path));
}

TEST_CASE("uploads that are too many at once are told to come again") {
    const TemporaryFolder folder;
    PictureShelf shelf(folder.path, &picture::still_jpegs);
    // More than the thread can draw while they are put.
    const auto answers = put(shelf, {100, Upload{"main", upload_of("jpeg")}});
    const auto kept =
        std::ranges::count_if(answers, [](const auto& one) { return one.has_value(); });
    CHECK(kept >= static_cast<std::ptrdiff_t>(limits::picture_uploads_of_shop_max));
    CHECK(kept < 100);
    for (const auto& one : answers) {
        if (!one) CHECK(one.error().code == Errc::Busy);
    }
}

TEST_CASE("a shop that uploads without end leaves places to the others, and they take turns") {
    const TemporaryFolder folder;
    std::promise<void> begun;
    std::promise<void> go;
    std::string order;
    const auto draw = [&](ByteSpan upload, std::span<const std::uint32_t> widths) {
        order += static_cast<char>(upload[0]);
        if (order.size() == 1) {
            begun.set_value();
            go.get_future().wait();
        }
        return picture::Stills{.size = {1, 1},
                               .jpegs = std::vector<Bytes>(widths.size(), Bytes(order))};
    };
    PictureShelf shelf(folder.path, draw);
    constexpr std::size_t share = limits::picture_uploads_of_shop_max;
    std::vector<Result<PictureRef>> answers;
    async::Loop loop("test");
    loop.spawn(put_one(loop, shelf, {"main", Bytes(std::string("a"))}, answers, share + 3));
    async::run_to_end(loop, async::turns(loop, 2));
    begun.get_future().wait();
    async::Loop rest("test");
    for (std::size_t i = 0; i <= share; ++i) {
        rest.spawn(
            put_one(rest, shelf, {"main", Bytes("a" + std::to_string(i))}, answers, share + 2));
    }
    rest.spawn(put_one(rest, shelf, {"other", Bytes(std::string("b"))}, answers, share + 2));
    rest.spawn(let_go(rest, go));
    rest.run();
    CHECK(std::ranges::count_if(answers, [](const auto& one) { return !one; }) == 1);
    CHECK(order.starts_with("ab"));  // the first one's time counts
    CHECK(order.size() == share + 2);
}

TEST_CASE("what nobody knows any more goes, unless it was uploaded again just now") {
    const TemporaryFolder folder;
    PictureShelf shelf(folder.path, &picture::still_jpegs);
    const auto old = put(shelf, {{"main", upload_of("jpeg")}}).at(0)->id;
    const auto fresh = put(shelf, {{"main", upload_of("png")}}).at(0)->id;
    const auto age = [&](const std::string& id) {
        std::filesystem::last_write_time(
            folder.path / id,
            std::filesystem::file_time_type::clock::now() - std::chrono::hours(1));
    };
    age(old);
    age(fresh);
    CHECK(put(shelf, {{"main", upload_of("png")}}).at(0)->id == fresh);
    std::filesystem::create_directory(folder.path / "else");
    shelf.forget({old, fresh, "../else", "else"});
    async::block_until([&] { return !std::filesystem::exists(folder.path / old); }, "its end");
    CHECK(put(shelf, {{"main", upload_of("png")}}).at(0));  // behind what was forgotten
    CHECK(std::filesystem::exists(folder.path / fresh));
    CHECK(std::filesystem::exists(folder.path / "else"));
}

TEST_CASE("at the start what a crash left goes, and what no row knows of") {
    const TemporaryFolder folder;
    const auto shelf_folder = folder.path / "pictures";
    PictureShelf shelf(shelf_folder, &picture::still_jpegs);
    const auto nothing = [](const std::string&) { return false; };
    CHECK(PictureShelf::remove_strays(shelf_folder, nothing).value() == 0);
    const auto known = put(shelf, {{"main", upload_of("jpeg")}}).at(0)->id;
    const auto stray = put(shelf, {{"main", upload_of("png")}}).at(0)->id;
    std::filesystem::create_directory(half_written(shelf_folder / known));
    std::filesystem::create_directory(folder.path / "pictures" / "lost+found");
    const auto is_known = [&](const std::string& id) { return id == known; };
    CHECK(PictureShelf::remove_strays(shelf_folder, is_known).value() == 2);
    CHECK(std::filesystem::exists(shelf.file_of(known, 160)));
    CHECK_FALSE(std::filesystem::exists(folder.path / "pictures" / stray));
    CHECK(std::filesystem::exists(folder.path / "pictures" / "lost+found"));
    CHECK(PictureShelf::remove_strays(shelf_folder, is_known).value() == 0);
}

TEST_CASE("only names that a picture can have lead to a file") {
    PictureShelf shelf("/pictures", &picture::still_jpegs);
    const std::string good = "abcdefghijklmnopqrstuvwz27";
    CHECK(shelf.file_of(good, 160) == "/pictures/" + good + "/160.jpg");
    CHECK(shelf.file_of(good, 960) == "/pictures/" + good + "/960.jpg");
    CHECK(shelf.file_of(good, 161).empty());
    CHECK(shelf.file_of(good.substr(1), 160).empty());
    CHECK(shelf.file_of(good + "a", 160).empty());
    for (const char bad : {'A', '1', '8', '0', '9', '.', '/', '`', '{', '\0'}) {
        std::string id = good;
        id[5] = bad;
        CHECK(shelf.file_of(id, 160).empty());
    }
}
