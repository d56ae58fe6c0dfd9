#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include "cli/command.hpp"
#include "server_settings.hpp"

namespace shopcast {
namespace {

int run(int argc, char** argv) {
    CLI::App app("shopcast: live commerce on your own machines", "shopcast");
    app.require_subcommand(1);
    app.set_version_flag("--version", SHOPCAST_VERSION);
    cli::Chosen chosen;
    cli::add_serve(app, chosen);
    cli::add_channel(app, chosen);
    cli::add_account(app, chosen);
    cli::add_shop(app, chosen);
    cli::add_decode(app, chosen);
    app.add_subcommand("config", "Print a complete shopcast.toml that explains every setting")
        ->callback([&chosen] {
            chosen = [] {
                shopcast::ServerSettings defaults;
                fmt::print("{}", shopcast::table_of(defaults).documented());
                return 0;
            };
        });
    CLI11_PARSE(app, argc, argv);
    return chosen();
}

}  // namespace
}  // namespace shopcast

int main(int argc, char** argv) {
    return shopcast::run(argc, argv);
}
