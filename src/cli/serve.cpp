#include <fmt/core.h>

#include <filesystem>
#include <memory>
#include <optional>

#include "base/log.hpp"
#include "cli/command.hpp"
#include "ops/config.hpp"
#include "ops/self_check.hpp"
#include "people/setup.hpp"
#include "server.hpp"
#include "store/sqlite.hpp"

namespace shopcast::cli {
namespace {

struct ServeArguments {
    std::string config_file;
    std::string data_folder;
    std::string http_listen;
    std::string rtmp_listen;
    std::optional<std::int64_t> io_threads;
    bool self_check = false;
};

Result<ops::Config> configure(const ServeArguments& arguments) {
    ops::Config config;
    if (!arguments.config_file.empty()) {
        TRY_VOID(ops::apply_toml_file(config, arguments.config_file));
    } else if (std::filesystem::exists("shopcast.toml")) {
        TRY_VOID(ops::apply_toml_file(config, "shopcast.toml"));
    }
    if (!arguments.data_folder.empty()) config.data_folder = arguments.data_folder;
    if (!arguments.http_listen.empty()) config.http_listen = arguments.http_listen;
    if (!arguments.rtmp_listen.empty()) config.rtmp_listen = arguments.rtmp_listen;
    if (arguments.io_threads) config.io_threads = *arguments.io_threads;
    return config;
}

Result<log::Level> log_level(const std::string& name) {
    if (const auto level = log::level_from(name)) return *level;
    return fail(Errc::Config, "log_level is debug, info, warning or error, not \"" + name + "\"");
}

/// A data folder that no server has run on, or that an older one left, has no admin.
bool needs_admin(const ops::Config& config) {
    const auto path = std::filesystem::path(config.data_folder) / "shopcast.db";
    if (!std::filesystem::exists(path)) return true;
    auto database = store::Database::open(path.string(), store::Database::Mode::ReadOnly);
    if (!database) return true;
    return people::Setup::is_needed(*database).value_or(true);
}

/// Exit status 1 where there is something to mend.
int run_self_check(const ops::Config& config) {
    if (const auto checked = ops::check(config); !checked) return complain(checked.error());
    const auto findings = ops::self_check(config, needs_admin(config));
    for (const ops::Finding& finding : findings) {
        fmt::print("{:<6} {}: {}\n       {}\n", ops::to_string(finding.severity), finding.code,
                   finding.message, finding.advice);
    }
    if (findings.empty()) fmt::print("No insecure settings.\n");
    return findings.empty() ? 0 : 1;
}

int run_serve(const ServeArguments& arguments) {
    const auto config = configure(arguments);
    if (!config) return complain(config.error());
    if (arguments.self_check) return run_self_check(*config);
    const auto level = log_level(config->log_level);
    if (!level) return complain(level.error());
    log::start(*level);
    const Result<void> served = serve(*config);
    log::stop();
    return served ? 0 : complain(served.error());
}

}  // namespace

void add_serve(CLI::App& app, Chosen& chosen) {
    const auto arguments = std::make_shared<ServeArguments>();
    CLI::App* serve = app.add_subcommand("serve", "Run the server until SIGINT or SIGTERM");
    serve->add_option("--config", arguments->config_file,
                      "shopcast.toml to read (default: ./shopcast.toml where there is one)");
    serve->add_option("--data", arguments->data_folder, "Data folder (default ./shopcast-data)");
    serve->add_option("--http", arguments->http_listen,
                      "Address of pages, API and video (default 127.0.0.1:8080)");
    serve->add_option("--rtmp", arguments->rtmp_listen,
                      "Address that encoders publish to (default 127.0.0.1:1935)");
    serve->add_option("--threads", arguments->io_threads,
                      "Network threads (default: one for each processor)");
    serve->add_flag("--self-check", arguments->self_check,
                    "List insecure settings instead; exit status 1 where there are some");
    serve->callback(
        [arguments, &chosen] { chosen = [arguments] { return run_serve(*arguments); }; });
}

}  // namespace shopcast::cli
