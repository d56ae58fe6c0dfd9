#include "shop/catalogue/picture_cache.hpp"

#include <doctest/doctest.h>

using namespace shopcast;
using namespace shopcast::shop;

namespace {

Bytes picture_of(std::size_t bytes) {
    return Bytes(std::string(bytes, 'x'));
}

}  // namespace

TEST_CASE("the pictures that were asked for last are kept, within so many bytes") {
    PictureCache cache(100);
    CHECK_FALSE(cache.find("a"));
    cache.put("a", picture_of(40));
    cache.put("b", picture_of(40));
    CHECK(cache.find("a")->size() == 40);  // and is the newest again
    cache.put("c", picture_of(20));        // all hundred
    CHECK(cache.find("b"));
    CHECK(cache.find("a"));
    cache.put("d", picture_of(1));  // c was asked for longest ago
    CHECK_FALSE(cache.find("c"));
    CHECK(cache.find("a"));
    CHECK(cache.find("b"));
    CHECK(cache.find("d"));
}

TEST_CASE("one picture is counted once, and one that is too large is not kept") {
    PictureCache cache(100);
    for (int i = 0; i < 5; ++i) cache.put("a", picture_of(40));
    cache.put("b", picture_of(60));
    CHECK(cache.find("a"));
    CHECK(cache.find("b"));
    cache.put("large", picture_of(101));
    CHECK_FALSE(cache.find("large"));
    CHECK(cache.find("a"));
    cache.put("whole", picture_of(100));
    CHECK(cache.find("whole"));
    CHECK_FALSE(cache.find("a"));
}
