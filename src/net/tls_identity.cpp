#include "net/tls_identity.hpp"

#include <fmt/core.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "net/tls_error.hpp"

namespace shopcast::net {
namespace {

/// RFC 9325, 4.2: what every browser since 2016 speaks, in the order of their speed here. TLS 1.3
/// has its own list, which needs no choosing.
constexpr const char* tls12_ciphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

std::unexpected<Error> refused(std::string_view setting, const std::string& path,
                               std::string_view why) {
    return fail(Errc::Config, fmt::format("{} {}: {}", setting, path, why));
}

Result<void> check_readable(std::string_view setting, const std::string& path) {
    errno = 0;
    const std::ifstream file(path);
    if (file) return {};
    return std::unexpected(fail_errno("cannot read it", errno).error().in(path).in(setting));
}

/// A terminal must not be asked for a password while a server starts.
int no_password(char* /*into*/, int /*size*/, int /*writing*/, void* /*unused*/) {
    return 0;
}

/// The connection carries the server's protocols (TlsStream::serve). A client that offers others
/// alone is turned away, so that nobody can make it talk to the wrong service (RFC 7301, 3.2).
int choose_protocol(SSL* ssl, const unsigned char** out, unsigned char* out_length,
                    const unsigned char* offered, unsigned offered_length, void* /*unused*/) {
    const auto* ours = static_cast<const unsigned char*>(SSL_get_app_data(ssl));
    if (ours == nullptr) return SSL_TLSEXT_ERR_NOACK;
    const auto length = static_cast<unsigned>(std::strlen(reinterpret_cast<const char*>(ours)));
    unsigned char* chosen = nullptr;
    const int found =
        SSL_select_next_proto(&chosen, out_length, ours, length, offered, offered_length);
    *out = chosen;
    return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

void set_up(SSL_CTX* context) {
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(context, tls12_ciphers);
    SSL_CTX_set1_groups_list(context, "X25519:P-256:P-384");
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                     SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA |
                                     SSL_OP_ENABLE_KTLS);
    // Buffers go while nothing is in them: an idle connection is what there are thousands of.
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    // One system call for a record's header and its body.
    SSL_CTX_set_read_ahead(context, 1);
    // Sessions are resumed by tickets, which the clients keep; a cache would be a lock and memory.
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_default_passwd_cb(context, no_password);
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
}

std::chrono::sys_seconds to_time(const ASN1_TIME* time) {
    tm parts{};
    if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return {};
    return std::chrono::sys_seconds(std::chrono::seconds(::timegm(&parts)));
}

std::string subject_of(const X509* certificate) {
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> out(BIO_new(BIO_s_mem()), BIO_free_all);
    X509_NAME_print_ex(out.get(), X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253);
    char* data = nullptr;
    const long length = BIO_get_mem_data(out.get(), &data);
    return {data, static_cast<std::size_t>(length)};
}

}  // namespace

void TlsIdentity::Free::operator()(ssl_ctx_st* context) const {
    SSL_CTX_free(context);
}

Result<std::shared_ptr<const TlsIdentity>> TlsIdentity::load(const CertificatePaths& paths) {
    constexpr std::string_view certificate = "tls.certificate";
    constexpr std::string_view key = "tls.key";
    TRY_VOID(check_readable(certificate, paths.certificate));
    TRY_VOID(check_readable(key, paths.key));
    auto identity = std::make_shared<TlsIdentity>();
    identity->context_.reset(SSL_CTX_new(TLS_server_method()));
    SSL_CTX* const context = identity->context_.get();
    if (context == nullptr) return fail(Errc::Internal, "OpenSSL: " + take_tls_error());
    set_up(context);
    if (SSL_CTX_use_certificate_chain_file(context, paths.certificate.c_str()) != 1) {
        return refused(certificate, paths.certificate,
                       "this is no PEM certificate (" + take_tls_error() + ")");
    }
    if (SSL_CTX_use_PrivateKey_file(context, paths.key.c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(context) != 1) {
        return refused(key, paths.key,
                       "this is not the certificate's private key in PEM, without a password (" +
                           take_tls_error() + ")");
    }
    const X509* leaf = SSL_CTX_get0_certificate(context);
    identity->expires_at_ = to_time(X509_get0_notAfter(leaf));
    identity->subject_ = subject_of(leaf);
    return identity;
}

}  // namespace shopcast::net
