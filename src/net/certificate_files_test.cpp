#include "net/certificate_files.hpp"

#include <filesystem>
#include <fstream>

#include "async/testing.hpp"
#include "net/tls_testing.hpp"

using namespace shopcast;
using namespace shopcast::async;
using namespace shopcast::net;
using namespace std::chrono_literals;

namespace {

std::string message_of(const CertificatePaths& paths) {
    const auto loaded = TlsIdentity::load(paths);
    return loaded ? std::string("no error") : loaded.error().message;
}

/// How many threads of this process look at certificates.
int lookers() {
    int count = 0;
    for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task")) {
        std::ifstream comm(thread.path() / "comm");
        std::string name;
        count += std::getline(comm, name) && name == "certificates" ? 1 : 0;
    }
    return count;
}

}  // namespace

TEST_CASE("files that cannot be used are told in words") {
    const TestCertificateFolder folder("one");
    const CertificatePaths good = folder.paths();
    CHECK(message_of(good) == "no error");
    CHECK(message_of({"/nowhere/chain.pem", good.key}) ==
          "tls.certificate: /nowhere/chain.pem: cannot read it: No such file or directory");
    CHECK(message_of({good.certificate, "/nowhere/key.pem"}) ==
          "tls.key: /nowhere/key.pem: cannot read it: No such file or directory");
    CHECK(message_of({good.key, good.key}).contains("this is no PEM certificate"));
    CHECK(message_of({good.certificate, good.certificate}).contains("private key in PEM"));
    const TestCertificateFolder other("two");
    CHECK(message_of({good.certificate, other.paths().key}).contains("key values mismatch"));
}

TEST_CASE("a new certificate is served once both of its files stand still") {
    const TestCertificateFolder folder("before");
    const auto files = CertificateFiles::open(folder.paths()).value();
    const TestCertificate after = TestCertificate::make("after");
    files->look();
    CHECK(files->current()->subject() == "CN=before");
    folder.put("chain.pem", after.chain);
    files->look();
    folder.put("key.pem", after.key);
    files->look();  // it still changed since the last look
    CHECK(files->current()->subject() == "CN=before");
    files->look();
    CHECK(files->current()->subject() == "CN=after");
}

TEST_CASE("a broken new file keeps the old certificate, until a whole one comes") {
    const TestCertificateFolder folder("before");
    const auto files = CertificateFiles::open(folder.paths()).value();
    folder.put("chain.pem", "not a certificate");
    for (int i = 0; i < 3; ++i) files->look();
    CHECK(files->current()->subject() == "CN=before");
    folder.put(TestCertificate::make("after"));
    for (int i = 0; i < 2; ++i) files->look();
    CHECK(files->current()->subject() == "CN=after");
}

TEST_CASE("watching looks by itself and ends with its owner") {
    const TestCertificateFolder folder("before");
    auto files = CertificateFiles::open(folder.paths()).value();
    files->watch(1ms);
    folder.put(TestCertificate::make("after"));
    const auto sees_it = [&files] { return files->current()->subject() == "CN=after"; };
    block_until(sees_it, "a look at the new certificate");
    CHECK(sees_it());
    CHECK(lookers() == 1);
    files.reset();
    // Who joins a thread may be faster than the kernel, which then takes it off the list.
    const auto is_over = [] { return lookers() == 0; };
    block_until(is_over, "the end of the thread that looked");
    CHECK(is_over());
}
