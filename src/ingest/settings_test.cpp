#include "ingest/settings.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace shopcast;

namespace {

bool finds(const ingest::Settings& given, std::string_view code) {
    settings::Findings findings;
    find_insecure(findings, given);
    const auto all = std::move(findings).sorted();
    return std::ranges::find(all, code, &settings::Finding::code) != all.end();
}

}  // namespace

TEST_CASE("plain RTMP is insecure where others listen and there is no RTMPS") {
    ingest::Settings given;
    CHECK_FALSE(finds(given, "plain_rtmp"));
    given.listen = "0.0.0.0:1935";
    CHECK(finds(given, "plain_rtmp"));
    given.tls_listen = "0.0.0.0:1936";
    CHECK_FALSE(finds(given, "plain_rtmp"));
}
