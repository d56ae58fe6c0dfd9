#include "wire/url.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace shopcast;
using namespace shopcast::wire;

TEST_CASE("a target splits at its first question mark") {
    CHECK(split_target("/a?b?c").path == "/a");
    CHECK(split_target("/a?b?c").query == "b?c");
    CHECK(split_target("/a").query.empty());
}

TEST_CASE("percent escapes") {
    CHECK(percent_decode("a%41%2fz+") == "aA/z+");
    CHECK(percent_decode("a+b%2B", true) == "a b+");
    CHECK(percent_decode("%ed%95%9c") == "\xed\x95\x9c");
    for (const char* broken : {"%", "%4", "%4x", "%x4", "a%", "%%41"}) {
        CAPTURE(broken);
        CHECK_FALSE(percent_decode(broken));
    }
    CHECK(percent_encode("a b/~\xed") == "a%20b%2F~%ED");
}

TEST_CASE("paths are resolved once") {
    const std::vector<std::pair<std::string, std::string>> table = {
        {"/", "/"},         {"/a/b", "/a/b"},         {"/a/b/", "/a/b/"},
        {"/a/./b", "/a/b"}, {"/a/../b", "/b"},        {"/a/..", "/"},
        {"/a/b/..", "/a/"}, {"/a/.", "/a/"},          {"//a///b", "/a/b"},
        {"/%61", "/a"},     {"/a/%2e%2e/b", "/b"},    {"/a/.%2E", "/"},
        {"/...", "/..."},   {"/.hidden", "/.hidden"}, {"/%ed%95%9c", "/\xed\x95\x9c"},
        {"/a%20b", "/a b"}, {"/%2541", "/%41"},
    };
    for (const auto& [raw, path] : table) {
        CAPTURE(raw);
        CHECK(normalize_path(raw).value() == path);
    }
}

TEST_CASE("paths that may mean something else elsewhere are refused") {
    for (const char* raw : {"", "a", "/..", "/../a", "/a/../..", "/%2e%2e/etc/passwd", "/%2e./x",
                            "/a%2fb", "/a%2Fb", "/a%5cb", "/a\\b", "/%00", "/a%0d%0ab", "/%7f",
                            "/%", "/%zz", "/..%2f..%2fetc", "/a/b/../../../c"}) {
        CAPTURE(raw);
        CHECK_FALSE(normalize_path(raw));
    }
}

TEST_CASE("a plain path is one that normalising leaves alone") {
    for (const char* plain : {"/", "/a", "/a/b.m3u8", "/a/", "/init-0.mp4", "/a..b"}) {
        CAPTURE(plain);
        CHECK(is_plain_path(plain));
        CHECK(normalize_path(plain).value() == plain);
    }
    for (const char* other : {"", "a", "/a//b", "/./a", "/../a", "/%61", "/a\\b", "/a/.."}) {
        CAPTURE(other);
        CHECK_FALSE(is_plain_path(other));
    }
}

TEST_CASE("query fields") {
    constexpr std::string_view query = "_HLS_msn=12&_HLS_part=&flag&a%20b=c+d&x=1&x=2&bad=%";
    CHECK(query_value(query, "_HLS_msn") == "12");
    CHECK(query_value(query, "_HLS_part") == "");
    CHECK(query_value(query, "flag") == "");
    CHECK(query_value(query, "a b") == "c d");
    CHECK(query_value(query, "x") == "1");
    CHECK_FALSE(query_value(query, "bad"));
    CHECK_FALSE(query_value(query, "msn"));
    CHECK_FALSE(query_value("", "x"));
    CHECK_FALSE(query_value("&&", "x"));
}
