#include "http/settings.hpp"

#include <fmt/format.h>

namespace shopcast::http {

void declare(settings::Table& table, Settings& settings) {
    table.section("http");
    table.add("listen", settings.listen,
              "Address and port of the pages, the API and the video. 0.0.0.0:8080 serves the "
              "network.");
    table.add("tls_listen", settings.tls_listen,
              "The same over HTTPS (HTTP/2 and HTTP/1.1), for example 0.0.0.0:8443. Empty: none.\n"
              "It needs a certificate, see [tls].");
    table.add("connections_max", settings.connections_max, 16, 1'000'000,
              "Connections held at once; more wait to be accepted.");
    table.add(
        "connections_per_address_max", settings.connections_per_address_max, 1, 1'000'000,
        "The same for one address. Mobile carriers put hundreds of people behind one. Trusted\n"
        "proxies are not limited.");
    table.add("proxy_protocol", settings.proxy_protocol,
              "Every connection must come from a trusted proxy and begin with a PROXY protocol "
              "header.");
}

bool is_plain(const Settings& settings, bool has_proxies) {
    return !settings::is_local(settings.listen) && settings.tls_listen.empty() && !has_proxies;
}

void find_insecure(settings::Findings& findings, const Settings& settings, bool has_proxies) {
    findings.add_if(
        !settings::is_local(settings.listen) && !has_proxies, settings::Severity::High,
        "plain_http",
        fmt::format("Pages and passwords travel unencrypted: http.listen is {}.", settings.listen),
        "Set http.tls_listen and [tls], and http.listen to 127.0.0.1:8080; or put a proxy "
        "that speaks TLS in front and list it in server.trusted_proxies.");
}

}  // namespace shopcast::http
