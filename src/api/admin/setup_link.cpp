#include "api/admin/setup_link.hpp"

#include <fmt/core.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "base/files.hpp"
#include "base/log.hpp"

namespace shopcast::api {

async::Task<void> SetupLink::offer(async::Loop& loop) {
    if (!people_.setup().needed()) {
        done();
        co_return;
    }
    const auto url = co_await make(loop);
    if (!url) {
        log::error("server.setup_link_failed", {{"reason", url.error().error.message}});
        co_return;
    }
    log::info("server.setup_link", {{"file", file_.string()},
                                    {"advice", "Open the link in this file to become admin."}});
    fmt::print(
        "Nobody is admin yet. Open this link, which works once, to set the server up:\n\n"
        "  {}\n\n",
        *url);
    std::fflush(stdout);
}

async::Task<people::Answer<std::string>> SetupLink::make(async::Loop& loop) {
    CO_TRY(const std::string token, co_await people_.setup().new_link(loop));
    std::string url = pages_ + "/setup#" + token;
    CO_CHECK(write_file(url));
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
