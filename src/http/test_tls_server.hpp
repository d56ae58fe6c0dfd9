#pragma once

#include <memory>

#include "http/test_server.hpp"
#include "net/tls_testing.hpp"

namespace shopcast::http {

/// A server with an HTTPS port beside its plain one.
struct TlsServer : TestServer {
    explicit TlsServer(Router router, ServerOptions options = {})
        : TestServer(std::move(router), std::move(options)) {
        REQUIRE(server.listen_tls(net::Endpoint::parse("127.0.0.1:0").value(), *certificates));
    }
    async::Task<std::unique_ptr<net::Stream>> connect_plain() {
        const auto endpoint = net::Endpoint::parse(server.tls_address()).value();
        auto stream = co_await net::connect(loop, endpoint, std::chrono::seconds(5));
        REQUIRE(stream);
        (*stream)->set_deadline(loop.now() + async::test_patience);
        co_return std::move(*stream);
    }

    net::TestCertificateFolder folder{"test.example"};
    std::unique_ptr<net::CertificateFiles> certificates =
        net::CertificateFiles::open(folder.paths()).value();
};

}  // namespace shopcast::http
