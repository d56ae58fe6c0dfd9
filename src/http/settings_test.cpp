#include "http/settings.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace shopcast;

namespace {

bool finds(const http::Settings& given, std::string_view code, bool has_proxies) {
    settings::Findings findings;
    find_insecure(findings, given, has_proxies);
    const auto all = std::move(findings).sorted();
    return std::ranges::find(all, code, &settings::Finding::code) != all.end();
}

}  // namespace

TEST_CASE("plain HTTP is insecure where others listen and no proxy speaks TLS") {
    http::Settings given;
    CHECK_FALSE(finds(given, "plain_http", false));
    CHECK_FALSE(http::is_plain(given, false));
    given.listen = "0.0.0.0:8080";
    CHECK(finds(given, "plain_http", false));
    CHECK(http::is_plain(given, false));
    CHECK_FALSE(finds(given, "plain_http", true));
    CHECK_FALSE(http::is_plain(given, true));
    given.tls_listen = "0.0.0.0:8443";
    CHECK(finds(given, "plain_http", false));  // both are open
    CHECK_FALSE(http::is_plain(given, false));
}
