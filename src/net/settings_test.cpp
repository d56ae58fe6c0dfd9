#include "net/settings.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace shopcast;

TEST_CASE("a certificate, its key and an address for them go together") {
    const auto message = [](net::CertificatePaths paths, std::string_view used_by) {
        const auto checked = net::check(paths, used_by);
        return checked ? std::string("no error") : checked.error().message;
    };
    CHECK(message({}, "") == "no error");
    CHECK(message({"a", "b"}, "http.tls_listen") == "no error");
    CHECK(message({}, "rtmp.tls_listen") ==
          "rtmp.tls_listen needs a certificate: set tls.certificate and tls.key");
    CHECK(message({"a", "b"}, "").starts_with("tls.certificate is set, but nothing uses it"));
    CHECK(message({"", "b"}, "") == "tls.certificate and tls.key belong together: set both");
}
