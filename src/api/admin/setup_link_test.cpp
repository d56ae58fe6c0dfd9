#include "api/admin/setup_link.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

#include "api/testing.hpp"

using namespace shopcast;
using namespace shopcast::api;

namespace {

std::string text_of(const std::filesystem::path& file) {
    std::ifstream stream(file);
    return {std::istreambuf_iterator(stream), {}};
}

async::Task<void> look_thrice(async::Loop& loop, SetupLink& link, std::filesystem::path folder) {
    const std::filesystem::path file = folder / "setup-link";
    co_await link.look(loop);
    CHECK_FALSE(std::filesystem::exists(file));

    std::filesystem::create_directory(folder);
    co_await link.look(loop);
    const std::string made = text_of(file);
    CHECK(made.starts_with("https://shop.example/setup#"));

    co_await link.look(loop);
    CHECK(text_of(file) == made);
}

}  // namespace

TEST_CASE("a setup link that could not be written is made at the next look, and then lasts") {
    TestApi place;
    const std::filesystem::path folder = place.folder.path + "/later";
    SetupLink link(place.people, folder / "setup-link", "https://shop.example");
    async::run_to_end(place.loop, look_thrice(place.loop, link, folder));
}
