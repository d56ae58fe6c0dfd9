#pragma once

#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "net/certificate_files.hpp"
#include "net/tls_stream.hpp"

/// For tests: certificates made on the spot, and clients that are nothing but OpenSSL.
namespace shopcast::net {

struct TestCertificate {
    std::string chain;
    std::string key;

    static TestCertificate make(const std::string& name) {
        const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> pair(EVP_EC_gen("P-256"),
                                                                       EVP_PKEY_free);
        const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), X509_free);
        X509* const x509 = certificate.get();
        X509_set_version(x509, X509_VERSION_3);
        ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
        X509_gmtime_adj(X509_getm_notBefore(x509), 0);
        X509_gmtime_adj(X509_getm_notAfter(x509), 3600);
        X509_NAME* const subject = X509_get_subject_name(x509);
        X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                                   reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
        X509_set_issuer_name(x509, subject);
        X509_set_pubkey(x509, pair.get());
        REQUIRE(X509_sign(x509, pair.get(), EVP_sha256()) > 0);
        TestCertificate out;
        out.chain = text_of([x509](BIO* bio) { PEM_write_bio_X509(bio, x509); });
        out.key = text_of([&pair](BIO* bio) {
            PEM_write_bio_PrivateKey(bio, pair.get(), nullptr, nullptr, 0, nullptr, nullptr);
        });
        return out;
    }

private:
    template <typename Write>
    static std::string text_of(Write write) {
        const std::unique_ptr<BIO, decltype(&BIO_free_all)> bio(BIO_new(BIO_s_mem()), BIO_free_all);
        write(bio.get());
        char* data = nullptr;
        const long length = BIO_get_mem_data(bio.get(), &data);
        return {data, static_cast<std::size_t>(length)};
    }
};

/// A folder with the two files, for as long as it lives.
class TestCertificateFolder {
public:
    explicit TestCertificateFolder(const std::string& name) {
        std::string pattern = std::filesystem::temp_directory_path() / "shopcast-tls-XXXXXX";
        REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        folder_ = pattern;
        put(TestCertificate::make(name));
    }
    ~TestCertificateFolder() { std::filesystem::remove_all(folder_); }
    TestCertificateFolder(const TestCertificateFolder&) = delete;
    TestCertificateFolder& operator=(const TestCertificateFolder&) = delete;

    CertificatePaths paths() const { return {folder_ / "chain.pem", folder_ / "key.pem"}; }
    void put(const TestCertificate& certificate) const {
        put("chain.pem", certificate.chain);
        put("key.pem", certificate.key);
    }
    /// By renaming, as certbot does it.
    void put(const std::string& file, const std::string& text) const {
        const auto draft = folder_ / (file + ".new");
        std::ofstream(draft) << text;
        std::filesystem::rename(draft, folder_ / file);
    }

private:
    std::filesystem::path folder_;
};

struct TestClientOptions {
    std::string protocols = {};  ///< ALPN's own form: "\x02h2"
    int version_max = 0;         ///< TLS1_2_VERSION; 0: the newest
};

/// A client that believes every certificate; its handshake is still to come.
inline std::unique_ptr<TlsStream> tls_client(std::unique_ptr<Stream> plain,
                                             const TestClientOptions& options = {}) {
    const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(
        SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
    SSL_CTX_set_max_proto_version(context.get(), options.version_max);
    SSL_CTX_set_mode(context.get(),
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL* const ssl = SSL_new(context.get());
    SSL_set_connect_state(ssl);
    if (!options.protocols.empty()) {
        SSL_set_alpn_protos(ssl, reinterpret_cast<const unsigned char*>(options.protocols.data()),
                            static_cast<unsigned>(options.protocols.size()));
    }
    return TlsStream::over(std::move(plain), ssl);
}

}  // namespace shopcast::net
