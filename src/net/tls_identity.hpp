#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/result.hpp"

struct ssl_ctx_st;

namespace shopcast::net {

/// Where a server's certificate lies: a PEM file with the certificate and those that signed it, in
/// that order, and a PEM file with its private key (without a password).
struct CertificatePaths {
    std::string certificate;
    std::string key;
};

/// A certificate with its key, and how TLS is spoken with it: 1.2 or 1.3, forward secrecy and
/// authenticated ciphers only, session tickets. Immutable; any number of threads and connections
/// share one.
class TlsIdentity {
public:
    /// Errors: Config: a file that cannot be read or is not PEM, a key that is not this
    /// certificate's.
    static Result<std::shared_ptr<const TlsIdentity>> load(const CertificatePaths& paths);

    std::chrono::sys_seconds expires_at() const { return expires_at_; }
    /// "CN=shop.example", for the log.
    const std::string& subject() const { return subject_; }

    /// For net/*.cpp only.
    ssl_ctx_st* context() const { return context_.get(); }

private:
    struct Free {
        void operator()(ssl_ctx_st* context) const;
    };

    std::unique_ptr<ssl_ctx_st, Free> context_;
    std::chrono::sys_seconds expires_at_{};
    std::string subject_;
};

}  // namespace shopcast::net
