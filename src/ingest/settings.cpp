#include "ingest/settings.hpp"

#include <fmt/format.h>

namespace shopcast::ingest {

void declare(settings::Table& table, Settings& settings) {
    table.section("rtmp");
    table.add("listen", settings.listen, "Address and port that encoders publish to.");
    table.add("tls_listen", settings.tls_listen,
              "The same over TLS (rtmps://), for example 0.0.0.0:1936. Empty: none.");
    table.add("connections_max", settings.connections_max, 1, 100'000,
              "Encoders that publish at once; more are refused.");
    table.add("proxy_protocol", settings.proxy_protocol, "The same as in [http], for encoders.");
}

void find_insecure(settings::Findings& findings, const Settings& settings) {
    findings.add_if(
        !settings::is_local(settings.listen) && settings.tls_listen.empty(),
        settings::Severity::Medium, "plain_rtmp",
        fmt::format("Stream keys travel unencrypted: rtmp.listen is {}.", settings.listen),
        "Set rtmp.tls_listen and give hosts the rtmps:// address.");
}

}  // namespace shopcast::ingest
