#include "net/listener.hpp"
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "async/testing.hpp"

using namespace shopcast;
using namespace shopcast::async;
using namespace shopcast::net;
using namespace std::chrono_literals;

namespace {

Task<void> accept_into(Listener& listener, std::vector<std::unique_ptr<Stream>>& out,
                       std::size_t count, Errc& end) {
    while (out.size() < count) {
        auto stream = co_await listener.accept();
        if (!stream) {
            end = stream.error().code;
            co_return;
        }
        out.push_back(std::move(*stream));
    }
}

Endpoint loopback() {
    return Endpoint::parse("127.0.0.1:0").value();
}

std::string temporary_path() {
    std::string name = (std::filesystem::temp_directory_path() / "listener-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    return name + "/test.sock";
}

}  // namespace

TEST_CASE("Endpoint::parse") {
    const auto round = [](std::string_view text) {
        const auto endpoint = Endpoint::parse(text);
        return endpoint ? endpoint->to_string() : endpoint.error().message;
    };
    CHECK(round("127.0.0.1:8080") == "127.0.0.1:8080");
    CHECK(round("[::1]:80") == "[::1]:80");
    CHECK(round(":80") == "0.0.0.0:80");
    CHECK(round("localhost:0") == "127.0.0.1:0");
    CHECK(round("unix:/run/x.sock") == "unix:/run/x.sock");
    for (const char* wrong : {"", "8080", "127.0.0.1", "127.0.0.1:65536", "127.0.0.1:-1", "::1:80",
                              "example.com:80", "[127.0.0.1]:80", "1.2.3:80", "unix:"}) {
        CAPTURE(wrong);
        REQUIRE_FALSE(Endpoint::parse(wrong));
        CHECK(Endpoint::parse(wrong).error().code == Errc::Config);
    }
}

TEST_CASE("a second server on the same address is told who holds it") {
    Loop loop("test");
    const auto first = Listener::bind(loop, loopback());
    REQUIRE(first);
    const auto endpoint = Endpoint::parse((*first)->address()).value();
    CHECK(endpoint.port != 0);
    const auto second = Listener::bind(loop, endpoint);
    REQUIRE_FALSE(second);
    CHECK(second.error().code == Errc::Config);
    CHECK(second.error().message.contains((*first)->address()));
    CHECK(second.error().message.contains("process " + std::to_string(::getpid())));
}

TEST_CASE("each loop has a socket on the one address") {
    Loop a("a"), b("b");
    Loop* const loops[] = {&a, &b};
    const auto listeners = Listener::bind(loops, loopback());
    REQUIRE(listeners);
    REQUIRE(listeners->size() == 2);
    CHECK((*listeners)[0]->address() == (*listeners)[1]->address());
    CHECK(&(*listeners)[1]->loop() == &b);
}

TEST_CASE("streams are accepted, know their peer, and carry bytes both ways") {
    struct Body {
        static Task<void> run(Loop& loop, Listener& listener) {
            auto client = co_await connect(loop, Endpoint::parse(listener.address()).value(), 5s);
            REQUIRE(client);
            auto server = co_await listener.accept();
            REQUIRE(server);
            CHECK((*server)->peer().starts_with("127.0.0.1:"));
            CHECK((*client)->peer() == listener.address());
            const auto sent = co_await (*client)->write(as_bytes("ping"));
            CHECK(sent);
            std::vector<std::byte> buffer(16);
            const auto count = co_await (*server)->read_some(buffer);
            CHECK(as_text(buffer).substr(0, count.value()) == "ping");
        }
    };
    Loop loop("test");
    const auto listener = Listener::bind(loop, loopback()).value();
    run_to_end(loop, Body::run(loop, *listener));
}

TEST_CASE("more connections than one burst are all accepted") {
    struct Body {
        static Task<void> run(Loop& loop, Listener& listener, std::size_t count) {
            std::vector<std::unique_ptr<Stream>> clients, servers;
            for (std::size_t i = 0; i < count; ++i) {
                auto client =
                    co_await connect(loop, Endpoint::parse(listener.address()).value(), 5s);
                clients.push_back(std::move(client.value()));
            }
            Errc end{};
            co_await accept_into(listener, servers, count, end);
            CHECK(servers.size() == count);
        }
    };
    Loop loop("test");
    const auto listener = Listener::bind(loop, loopback()).value();
    run_to_end(loop, Body::run(loop, *listener, 200));
}

TEST_CASE("stop ends a pending accept") {
    struct Body {
        static Task<void> run(Loop& loop) { co_await loop.yield(); }
    };
    Loop loop("test");
    const auto listener = Listener::bind(loop, loopback()).value();
    std::vector<std::unique_ptr<Stream>> none;
    Errc end{};
    loop.spawn(accept_into(*listener, none, 1, end));
    run_to_end(loop, Body::run(loop));
    CHECK(end == Errc::Closed);
}

TEST_CASE("connecting to nobody is an Io error") {
    struct Body {
        static Task<void> run(Loop& loop, Endpoint nobody, Errc& out) {
            const auto client = co_await connect(loop, nobody, 5s);
            out = client ? Errc::Closed : client.error().code;
        }
    };
    Loop loop("test");
    auto listener = Listener::bind(loop, loopback()).value();
    const auto endpoint = Endpoint::parse(listener->address()).value();
    listener.reset();
    Errc out{};
    run_to_end(loop, Body::run(loop, endpoint, out));
    CHECK(out == Errc::Io);
}

TEST_CASE("a unix socket is private, replaces a dead one, and never a living one") {
    const std::string path = temporary_path();
    const auto endpoint = Endpoint::parse("unix:" + path).value();
    Loop loop("test");
    auto listener = Listener::bind(loop, endpoint);
    REQUIRE(listener);
    struct stat status{};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);

    const auto second = Listener::bind(loop, endpoint);
    REQUIRE_FALSE(second);
    CHECK(second.error().message.contains("process " + std::to_string(::getpid())));

    // A crash leaves the file without a listener behind: a hard link survives the unlink of close.
    ::link(path.c_str(), (path + ".dead").c_str());
    listener->reset();
    CHECK_FALSE(std::filesystem::exists(path));
    ::rename((path + ".dead").c_str(), path.c_str());
    CHECK(Listener::bind(loop, endpoint));

    std::filesystem::remove_all(std::filesystem::path(path).parent_path());
}

TEST_CASE("a file that is no socket is not replaced, and a path too long is refused in words") {
    Loop loop("test");
    const std::string path = temporary_path();
    ::close(::open(path.c_str(), O_CREAT | O_WRONLY, 0600));
    const auto plain = Listener::bind(loop, Endpoint::parse("unix:" + path).value());
    REQUIRE_FALSE(plain);
    CHECK(plain.error().message.contains("not a socket"));
    const auto lengthy =
        Listener::bind(loop, Endpoint::parse("unix:/" + std::string(200, 'x')).value());
    REQUIRE_FALSE(lengthy);
    CHECK(lengthy.error().message.contains("choose a shorter data folder"));
    std::filesystem::remove_all(std::filesystem::path(path).parent_path());
}

// UBSan checks an object it meets for the first time through a pipe, which needs descriptors.
#if !__has_feature(undefined_behavior_sanitizer)
TEST_CASE("without descriptors accepting sheds, pauses and recovers") {
    struct Body {
        static Task<void> run(Loop& loop, Listener& listener) {
            const auto endpoint = Endpoint::parse(listener.address()).value();
            auto shed = co_await connect(loop, endpoint, 5s);
            REQUIRE(shed);
            // Everything below the limit is taken, so accept4 answers EMFILE.
            std::vector<int> taken;
            rlimit before{};
            ::getrlimit(RLIMIT_NOFILE, &before);
            const rlimit few{64, before.rlim_max};
            ::setrlimit(RLIMIT_NOFILE, &few);
            for (int fd = ::dup(0); fd >= 0; fd = ::dup(0)) taken.push_back(fd);
            std::vector<std::unique_ptr<Stream>> accepted;
            Errc end{};
            loop.spawn(accept_into(listener, accepted, 1, end));
            std::vector<std::byte> buffer(1);
            const auto gone = co_await (*shed)->read_some(buffer);
            CHECK_FALSE(gone);  // refused at once, not left hanging
            for (const int fd : taken) ::close(fd);
            ::setrlimit(RLIMIT_NOFILE, &before);
            auto next = co_await connect(loop, endpoint, 5s);
            REQUIRE(next);
            const auto is_accepted = [&accepted] { return !accepted.empty(); };
            co_await until(loop, is_accepted, "the connection after the pause");
            CHECK(accepted.size() == 1);
        }
    };
    Loop loop("test");
    const auto listener = Listener::bind(loop, loopback()).value();
    run_to_end(loop, Body::run(loop, *listener));
}
#endif
