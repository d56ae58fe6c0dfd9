#include "api/admin/setup_link.hpp"
#include <unistd.h>

#include <fmt/core.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "base/files.hpp"
#include "base/log.hpp"
#include "people/limits.hpp"

namespace shopcast::api {
namespace {

constexpr auto look_every = std::chrono::seconds(60);

}  // namespace

async::Task<void> SetupLink::offer(async::Loop& loop) {
    while (people_.setup().needed() && !loop.is_stopping()) {
        co_await look(loop);
        co_await loop.sleep_for(look_every);
    }
    if (!people_.setup().needed()) done();
}

async::Task<void> SetupLink::look(async::Loop& loop) {
    if (made_at_ && loop.now() - *made_at_ < limits::setup_link_lasts) co_return;
    const auto url = co_await make(loop);
    if (url) {
        tell(*url);
    } else {
        log::error("server.setup_link_failed", {{"reason", url.error().error.message}});
    }
}

void SetupLink::tell(const std::string& url) const {
    log::info("server.setup_link", {{"file", file_.string()},
                                    {"advice", "Open the link in this file to become admin."}});
    if (::isatty(STDOUT_FILENO) != 1) return;
    fmt::print(
        "Nobody is admin yet. Open this link, which works once and for a day, to set the server "
        "up:\n\n"
        "  {}\n\n",
        url);
    std::fflush(stdout);
}

async::Task<people::Answer<std::string>> SetupLink::make(async::Loop& loop) {
    CO_TRY(const std::string token, co_await people_.setup().new_link(loop));
    std::string url = pages_ + "/setup#" + token;
    CO_CHECK(write_file(url));
    made_at_ = loop.now();
    co_return url;
}

void SetupLink::done() const {
    std::error_code ignored;
    std::filesystem::remove(file_, ignored);
}

Result<void> SetupLink::write_file(const std::string& url) const {
    // Made anew, so that only the owner reads it, whatever was there before.
    return write_durably(file_, as_bytes(url + '\n'));
}

}  // namespace shopcast::api
