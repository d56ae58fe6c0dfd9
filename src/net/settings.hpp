#pragma once

#include "net/tls_identity.hpp"
#include "settings/finding.hpp"
#include "settings/table.hpp"

namespace shopcast::net {

/// [tls]
void declare(settings::Table& table, CertificatePaths& paths);
/// `used_by` names the setting of an address that needs the certificate; empty: none does. Errors:
/// Config.
Result<void> check(const CertificatePaths& paths, std::string_view used_by);
void find_insecure(settings::Findings& findings, const CertificatePaths& paths);

}  // namespace shopcast::net
