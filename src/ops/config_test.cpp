#include "ops/config.hpp"

#include <doctest/doctest.h>

using namespace shopcast::ops;

namespace {

std::string message_of(std::string_view toml) {
    Config config;
    const auto result = apply_toml(config, toml, "shopcast.toml");
    return result ? std::string("no error") : result.error().message;
}

}  // namespace

TEST_CASE("the documented file is valid and changes nothing") {
    Config config;
    const auto result = apply_toml(config, documented_toml(), "shopcast.toml");
    REQUIRE_MESSAGE(result, result.error().message);
    CHECK(config.http_listen == Config{}.http_listen);
    CHECK(config.live_window_s == Config{}.live_window_s);
}

TEST_CASE("values reach the configuration") {
    Config config;
    REQUIRE(apply_toml(config, "[http]\nlisten = \"0.0.0.0:80\"\n[live]\npart_target_ms = 250\n",
                       "shopcast.toml"));
    CHECK(config.http_listen == "0.0.0.0:80");
    CHECK(config.part_target_ms == 250);
}

TEST_CASE("proxies are a list, their protocol a switch") {
    Config config;
    REQUIRE(apply_toml(config,
                       "[server]\ntrusted_proxies = [\"127.0.0.1\", \"10.0.0.0/8\"]\n"
                       "[rtmp]\nproxy_protocol = true\n",
                       "shopcast.toml"));
    CHECK(config.trusted_proxies == std::vector<std::string>{"127.0.0.1", "10.0.0.0/8"});
    CHECK(config.rtmp_proxy_protocol);
    CHECK_FALSE(config.http_proxy_protocol);
    CHECK(documented_toml().find("\ntrusted_proxies = []\n") != std::string::npos);
    CHECK(message_of("[server]\ntrusted_proxies = \"10.0.0.1\"\n") ==
          "shopcast.toml, line 2: trusted_proxies wants a list: [\"text\", \"text\"]");
    CHECK(message_of("[server]\ntrusted_proxies = [\"::1\",\n 10]\n")
              .starts_with("shopcast.toml, line 3: trusted_proxies wants a list"));
    CHECK(message_of("[http]\nproxy_protocol = \"on\"\n") ==
          "shopcast.toml, line 2: proxy_protocol wants true or false");
}

TEST_CASE("a misspelled key names its neighbour and its line") {
    CHECK(message_of("[http]\n\nlisten_ = \"x\"\n") ==
          "shopcast.toml, line 3: unknown key \"listen_\" in [http]; did you mean \"listen\"?");
    CHECK(message_of("[htttp]\nlisten = \"x\"\n") ==
          "shopcast.toml, line 1: unknown section \"htttp\"; did you mean \"http\"?");
    CHECK(message_of("listen = \"x\"\n").starts_with("shopcast.toml, line 1: unknown section"));
}

TEST_CASE("wrong types and ranges are told in words") {
    CHECK(message_of("[live]\npart_target_ms = 5\n") ==
          "shopcast.toml, line 2: part_target_ms wants a whole number from 200 to 2000");
    CHECK(message_of("[http]\nlisten = 8080\n") == "shopcast.toml, line 2: listen wants \"text\"");
    CHECK(message_of("[http\n").starts_with("shopcast.toml, line 1: "));
}

TEST_CASE("a certificate, its key and an address for them go together") {
    const auto message = [](std::string_view toml) {
        Config config;
        REQUIRE(apply_toml(config, toml, "shopcast.toml"));
        const auto checked = check(config);
        return checked ? std::string("no error") : checked.error().message;
    };
    const std::string tls = "[tls]\ncertificate = \"a\"\nkey = \"b\"\n";
    CHECK(message("") == "no error");
    CHECK(message(tls + "[http]\ntls_listen = \":8443\"\n") == "no error");
    CHECK(message(tls + "[rtmp]\ntls_listen = \":1936\"\n") == "no error");
    CHECK(message("[rtmp]\ntls_listen = \":1936\"\n") ==
          "rtmp.tls_listen needs a certificate: set tls.certificate and tls.key");
    CHECK(message(tls).starts_with("tls.certificate is set, but nothing uses it"));
    CHECK(message("[tls]\nkey = \"b\"\n") ==
          "tls.certificate and tls.key belong together: set both");
}
