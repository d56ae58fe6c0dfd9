#include "net/settings.hpp"

#include <fmt/format.h>

namespace shopcast::net {

void declare(settings::Table& table, CertificatePaths& paths) {
    table.section("tls");
    table.add("certificate", paths.certificate,
              "PEM file with the certificate and, behind it, those that signed it. When the file\n"
              "changes, new connections get the new certificate; nothing has to be restarted.");
    table.add("key", paths.key, "PEM file with the certificate's private key, without a password.");
}

Result<void> check(const CertificatePaths& paths, std::string_view used_by) {
    if (paths.certificate.empty() != paths.key.empty()) {
        return fail(Errc::Config, "tls.certificate and tls.key belong together: set both");
    }
    if (!used_by.empty() && paths.certificate.empty()) {
        return fail(
            Errc::Config,
            fmt::format("{} needs a certificate: set tls.certificate and tls.key", used_by));
    }
    if (used_by.empty() && !paths.certificate.empty()) {
        return fail(Errc::Config,
                    "tls.certificate is set, but nothing uses it: set http.tls_listen (HTTPS) or "
                    "rtmp.tls_listen (RTMPS)");
    }
    return {};
}

void find_insecure(settings::Findings& findings, const CertificatePaths& paths) {
    findings.check_secret_file(paths.key, "open_key");
}

}  // namespace shopcast::net
