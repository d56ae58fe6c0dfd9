// http::Server alone, with one route that shares Bytes and one that sends a file slice: what the
// transport costs without the product on top of it.
//
// usage: bench_http_library ADDRESS SMALL_FILE LARGE_FILE

#include <fcntl.h>
#include <sys/stat.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "http/server.hpp"

using namespace shopcast;

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fputs("usage: bench_http_library ADDRESS SMALL_FILE LARGE_FILE\n", stderr);
        return 2;
    }
    std::ifstream file(argv[2], std::ios::binary);
    const Bytes small(std::string{std::istreambuf_iterator<char>(file), {}});
    const auto fd = std::make_shared<const int>(::open(argv[3], O_RDONLY | O_CLOEXEC));
    struct stat status{};
    if (::fstat(*fd, &status) != 0) {
        std::perror(argv[3]);
        return 1;
    }
    const auto block = http::HeaderBlock::make(
        {{"Content-Type", "text/plain"}, {"Cache-Control", "public, max-age=1"}}, "\"v1\"");
    http::Router router;
    router.get("/live/s/:stream/:rendition/:file", [&](http::Request& request) {
        if (request.param("file") == "index.m3u8") return http::Response::bytes(block, small);
        const auto length = static_cast<std::uint64_t>(status.st_size);
        return http::Response::file(block, {fd, *fd, 0, length}).accept_ranges();
    });
    async::Loop loop("io-0");
    http::ServerOptions options;
    options.limits.connections_per_address_max = 0;
    http::Server server({&loop}, std::move(router), options);
    const auto endpoint = net::Endpoint::parse(argv[1]);
    const auto listening = endpoint ? server.listen(*endpoint) : std::unexpected(endpoint.error());
    if (!listening) {
        std::fprintf(stderr, "%s\n", listening.error().message.c_str());
        return 1;
    }
    loop.run();
}
