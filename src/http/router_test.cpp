#include "http/router.hpp"

#include <doctest/doctest.h>

#include <string>

#include "base/metrics.hpp"
#include "http/test_server.hpp"

using namespace shopcast;
using namespace shopcast::http;

namespace {

/// Each handler answers with its pattern and what the names matched.
Handler names(std::string pattern, std::vector<std::string> params) {
    return [pattern, params](Request& request) {
        std::string out = pattern;
        for (const std::string& name : params) out += " " + std::string(request.param(name));
        return Response::text(out);
    };
}

Router router() {
    Router out;
    out.get("/", names("root", {}));
    out.get("/live/:channel/index.m3u8", names("channel", {"channel"}));
    out.get("/live/s/:stream/:rendition/index.m3u8", names("playlist", {"stream", "rendition"}));
    out.get("/live/s/:stream/:rendition/:file", names("media", {"stream", "rendition", "file"}));
    out.get("/assets/*rest", names("assets", {"rest"}));
    out.get("/assets/special", names("special", {}));
    out.get("/a/b/c", names("abc", {}));
    out.get("/a/:x/d", names("axd", {"x"}));
    out.get("/tail/", names("tail/", {}));
    out.post("/a/:x/d", names("post", {"x"}));
    return out;
}

struct Walk {
    static async::Task<void> run(TestServer& test,
                                 const std::vector<std::pair<std::string, std::string>>& table) {
        auto client = co_await test.connect();
        for (const auto& [path, expected] : table) {
            CAPTURE(path);
            const Answer answer = co_await client.get(path);
            CHECK(answer.status == (expected.empty() ? 404 : 200));
            if (!expected.empty()) CHECK(answer.body == expected);
        }
    }
};

}  // namespace

TEST_CASE("a path finds the most literal pattern") {
    TestServer test(router());
    async::run_to_end(test.loop,
                      Walk::run(test, {
                                          {"/", "root"},
                                          {"/live/studio-1/index.m3u8", "channel studio-1"},
                                          {"/live/s/abc/src/index.m3u8", "playlist abc src"},
                                          {"/live/s/abc/src/0-1.2.m4s", "media abc src 0-1.2.m4s"},
                                          // "s" is reserved, and still a channel's name here
                                          {"/live/s/index.m3u8", "channel s"},
                                          {"/assets/special", "special"},
                                          {"/assets/a/b%20c.js", "assets a/b c.js"},
                                          {"/assets/", ""},
                                          {"/assets", ""},
                                          {"/a/b/c", "abc"},
                                          // begins like /a/b/c and comes back to :x
                                          {"/a/b/d", "axd b"},
                                          {"/a/b/e", ""},
                                          {"/a//d", ""},
                                          {"/tail/", "tail/"},
                                          {"/tail", ""},
                                          {"/live/../a/b/c", "abc"},
                                          {"/live//studio-1/index.m3u8", "channel studio-1"},
                                          {"/live", ""},
                                          {"/live/", ""},
                                          {"/none", ""},
                                      }));
}

TEST_CASE("a fallback of one's own answers what has no route") {
    Router own = router();
    own.fallback([](Request& request) { return Response::text(std::string(request.path())); });
    TestServer test(std::move(own));
    async::run_to_end(test.loop, Walk::run(test, {{"/any/where", "/any/where"}}));
}

TEST_CASE("requests are counted by route and class") {
    Router own;
    own.get("/counted/:x", names("counted", {"x"}), {.label = "router-test"});
    TestServer test(std::move(own));
    auto& ok = metrics::counter("shopcast_http_requests_total",
                                "Requests answered, by route and class of status.",
                                {{"route", "router-test"}, {"code", "2xx"}});
    const auto before = ok.value();
    async::run_to_end(test.loop,
                      Walk::run(test, {{"/counted/1", "counted 1"}, {"/counted/2", "counted 2"}}));
    CHECK(ok.value() == before + 2);
}
