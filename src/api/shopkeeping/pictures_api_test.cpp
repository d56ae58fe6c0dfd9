#include "api/shopkeeping/pictures_api.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "api/testing.hpp"
#include "tests_folder.hpp"

using namespace shopcast;
using namespace shopcast::api::test;
using async::Task;

namespace {

constexpr const char* url = "/api/v1/shops/main/pictures";
const std::string as_jpeg = "Content-Type: image/jpeg\r\n";

}  // namespace

TEST_CASE("a picture is shown in each width, and kept by caches for ever") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor anybody = co_await stranger(door);
        const auto made = co_await keeper.post(url, test_upload("jpeg"), as_jpeg);
        CHECK(made.status == 201);
        const std::string id = at(made, "/id");
        CHECK(at(made, "/url") == "/api/v1/pictures/" + id + "/480.jpg");
        CHECK(made.header("Location") == at(made, "/url"));
        CHECK(number_at(made, "/width") > 0);
        CHECK(number_at(made, "/height") > 0);
        CHECK(row(door, "SELECT shop FROM picture WHERE id = '" + id + "'") == "main");
        for (const std::string width : {"160", "480", "960"}) {
            const auto shown =
                co_await anybody.get("/api/v1/pictures/" + id + "/" + width + ".jpg");
            CHECK(shown.status == 200);
            CHECK(shown.header("Content-Type") == "image/jpeg");
            CHECK(shown.header("Cache-Control") == "public, max-age=31536000, immutable");
            CHECK(shown.header("ETag") == '"' + id + "-" + width + ".jpg\"");
            CHECK(shown.body.starts_with("\xFF\xD8"));
        }
        const std::string known = "If-None-Match: \"" + id + "-480.jpg\"\r\n";
        const auto same = co_await anybody.client().exchange(
            "GET " + at(made, "/url") + " HTTP/1.1\r\nHost: a\r\n" + known + "\r\n", false);
        CHECK(same.status == 304);
    };
    play(story);
}

TEST_CASE("a picture or a width that is not there is not found") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        const auto made =
            co_await keeper.post(url, test_upload("png"), "Content-Type: image/png\r\n");
        REQUIRE(made.status == 201);
        const std::string below = "/api/v1/pictures/" + at(made, "/id") + "/";
        for (const std::string file : {"481.jpg", "480.png", "480", "0.jpg", "-480.jpg", ".jpg"}) {
            const auto answer = co_await keeper.get(below + file);
            CHECK_MESSAGE(said(answer) == "404 picture_not_found", file);
            CHECK(answer.header("Cache-Control") == "no-store");
        }
        const auto unknown =
            co_await keeper.get("/api/v1/pictures/" + std::string(32, '0') + "/480.jpg");
        CHECK(said(unknown) == "404 picture_not_found");
        const auto outside = co_await keeper.get("/api/v1/pictures/..%2f..%2fx/480.jpg");
        CHECK(outside.status == 400);
    };
    play(story);
}

TEST_CASE("what is no picture is refused, whatever it says it is") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        const auto garbage = co_await keeper.post(url, "GIF89a not a picture", as_jpeg);
        CHECK(said(garbage) == "415 not_a_picture");
        const auto page =
            co_await keeper.post(url, test_upload("jpeg"), "Content-Type: text/html\r\n");
        CHECK(said(page) == "415 not_a_picture");
        const auto object = co_await keeper.post(url, "{}");
        CHECK(said(object) == "415 not_a_picture");
        const auto half = co_await keeper.post(url, test_upload("png").substr(0, 30), as_jpeg);
        CHECK(half.status == 415);
        CHECK(row(door, "SELECT COUNT(*) FROM picture") == "0");
        CHECK(row(door, "SELECT COUNT(*) FROM audit WHERE action = 'picture.upload'") == "0");
        Visitor buyer = co_await viewer(door);
        const auto bought = co_await buyer.post(url, test_upload("jpeg"), as_jpeg);
        CHECK(said(bought) == "403 forbidden");
    };
    play(story);
}

TEST_CASE("a product shows pictures of its own shop") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        Visitor theirs = co_await other_host(door);
        const Goods tea = co_await goods(keeper);
        const auto mine = co_await keeper.post(url, test_upload("jpeg"), as_jpeg);
        const auto same = co_await keeper.post(url, test_upload("jpeg"), as_jpeg);
        CHECK(at(same, "/id") == at(mine, "/id"));
        const auto foreign =
            co_await theirs.post("/api/v1/shops/other/pictures", test_upload("jpeg"), as_jpeg);
        CHECK(at(foreign, "/id") != at(mine, "/id"));
        const std::string product = fmt::format("/api/v1/shops/main/products/{}", tea.product);
        const auto wrong = co_await keeper.patch(
            product, fmt::format(R"({{"pictures":["{}"]}})", at(foreign, "/id")));
        CHECK(blamed(wrong) == "400 invalid_pictures pictures");
        const auto put = co_await keeper.patch(
            product, fmt::format(R"({{"pictures":["{}"]}})", at(mine, "/id")));
        CHECK(put.status == 200);
        CHECK(at(put, "/pictures/0/id") == at(mine, "/id"));
        CHECK(at(put, "/picture") == at(mine, "/url"));
    };
    play(story);
}

TEST_CASE("a shop that has its quota of pictures is told so, and nothing is drawn") {
    const auto story = [](Door& door) -> Task<void> {
        Visitor keeper = co_await host(door);
        const auto refused = co_await keeper.post(url, test_upload("jpeg"), as_jpeg);
        CHECK(said(refused) == "409 too_many_pictures");
        CHECK(at(refused, "/detail").find("goes after a day") != std::string::npos);
        CHECK(row(door, "SELECT COUNT(*) FROM picture") == "0");
        CHECK_FALSE(std::filesystem::exists(door.place.folder.path + "/pictures"));
    };
    play(story, {.pictures_mb = 0});
}
