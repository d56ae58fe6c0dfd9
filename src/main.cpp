#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/core.h>

#include <map>
#include <optional>
#include <string>

#include "base/log.hpp"
#include "ops/admin_client.hpp"
#include "ops/config.hpp"
#include "server.hpp"
#include "store/data_folder.hpp"

namespace shopcast {
namespace {

namespace json = boost::json;

int complain(const Error& error) {
    fmt::print(stderr, "shopcast: {}\n", error.message);
    return 1;
}

struct ServeArguments {
    std::string config_file;
    std::string data_folder;
    std::string http_listen;
    std::string rtmp_listen;
    std::optional<std::int64_t> io_threads;
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
    const std::map<std::string, log::Level> levels{{"debug", log::Level::Debug},
                                                   {"info", log::Level::Info},
                                                   {"warning", log::Level::Warning},
                                                   {"error", log::Level::Error}};
    const auto found = levels.find(name);
    if (found != levels.end()) return found->second;
    return fail(Errc::Config, "log_level is debug, info, warning or error, not \"" + name + "\"");
}

int run_serve(const ServeArguments& arguments) {
    const auto config = configure(arguments);
    if (!config) return complain(config.error());
    const auto level = log_level(config->log_level);
    if (!level) return complain(level.error());
    log::start(*level);
    const Result<void> served = serve(*config);
    log::stop();
    return served ? 0 : complain(served.error());
}

struct ChannelArguments {
    std::string data_folder = ops::Config{}.data_folder;
    std::string name;
    std::string title;
    bool as_json = false;
};

/// Asks the running server; gives its JSON answer or the problem's own words.
Result<json::object> ask(const ChannelArguments& arguments, std::string_view target,
                         const json::object* body) {
    const auto socket = store::DataFolder::admin_socket_in(arguments.data_folder);
    const ops::AdminAnswer answer = TRY(
        ops::ask_server(socket, target, body == nullptr ? std::string() : json::serialize(*body)));
    boost::system::error_code error;
    json::value value = json::parse(answer.body, error);
    if (error || !value.is_object()) {
        return fail(Errc::Internal, "the server's answer is not JSON: " + answer.body);
    }
    json::object object = std::move(value.get_object());
    if (answer.status >= 300) {
        const json::value* detail = object.if_contains("detail");
        return fail(Errc::Config, detail != nullptr && detail->is_string()
                                      ? std::string(detail->get_string())
                                      : answer.body);
    }
    return object;
}

std::string text_at(const json::object& object, std::string_view key) {
    return std::string(object.at(key).as_string());
}

int print_channel_with_key(const ChannelArguments& arguments, const Result<json::object>& answer) {
    if (!answer) return complain(answer.error());
    if (arguments.as_json) {
        fmt::print("{}\n", json::serialize(*answer));
        return 0;
    }
    const std::string url = text_at(*answer, "publish_url");
    const std::string key = text_at(*answer, "stream_key");
    fmt::print(
        "Channel {} ({})\n"
        "  watch at      {}\n"
        "  publish to    {}\n"
        "  in OBS        Settings > Stream > Service: Custom\n"
        "                Server: {}\n"
        "                Stream Key: {}\n"
        "The stream key is shown this once. Whoever has it can go live here.\n",
        text_at(*answer, "name"), text_at(*answer, "title"), text_at(*answer, "watch_url"), url,
        url.substr(0, url.rfind('/')), key);
    return 0;
}

int run_channel_create(const ChannelArguments& arguments) {
    const json::object body{{"name", arguments.name}, {"title", arguments.title}};
    return print_channel_with_key(arguments, ask(arguments, "/admin/v1/channels", &body));
}

int run_channel_rotate_key(const ChannelArguments& arguments) {
    const json::object body;
    return print_channel_with_key(
        arguments, ask(arguments, "/admin/v1/channels/" + arguments.name + "/rotate-key", &body));
}

int run_channel_list(const ChannelArguments& arguments) {
    const auto answer = ask(arguments, "/admin/v1/channels", nullptr);
    if (!answer) return complain(answer.error());
    if (arguments.as_json) {
        fmt::print("{}\n", json::serialize(*answer));
        return 0;
    }
    const json::array& channels = answer->at("channels").as_array();
    if (channels.empty()) {
        fmt::print("No channels yet. Create one: shopcast channel create NAME\n");
    }
    for (const json::value& each : channels) {
        const json::object& channel = each.as_object();
        fmt::print("{:<24} {:<32} {}\n", text_at(channel, "name"), text_at(channel, "title"),
                   text_at(channel, "watch_url"));
    }
    return 0;
}

void add_serve(CLI::App& app, ServeArguments& arguments) {
    CLI::App* serve = app.add_subcommand("serve", "Run the server until SIGINT or SIGTERM");
    serve->add_option("--config", arguments.config_file,
                      "shopcast.toml to read (default: ./shopcast.toml where there is one)");
    serve->add_option("--data", arguments.data_folder, "Data folder (default ./shopcast-data)");
    serve->add_option("--http", arguments.http_listen,
                      "Address of pages, API and video (default 127.0.0.1:8080)");
    serve->add_option("--rtmp", arguments.rtmp_listen,
                      "Address that encoders publish to (default 127.0.0.1:1935)");
    serve->add_option("--threads", arguments.io_threads,
                      "Network threads (default: one for each processor)");
}

void add_channel(CLI::App& app, ChannelArguments& arguments) {
    CLI::App* channel = app.add_subcommand("channel", "Channels of the running server");
    channel->require_subcommand(1);
    CLI::App* create = channel->add_subcommand("create", "Create a channel; prints its stream key");
    create->add_option("name", arguments.name, "Part of its address: a-z, 0-9, '-'")->required();
    create->add_option("--title", arguments.title, "What viewers read");
    CLI::App* list = channel->add_subcommand("list", "List the channels");
    CLI::App* rotate = channel->add_subcommand("rotate-key", "Replace the stream key");
    rotate->add_option("name", arguments.name)->required();
    for (CLI::App* each : {create, list, rotate}) {
        each->add_option("--data", arguments.data_folder, "Data folder of the server");
        each->add_flag("--json", arguments.as_json, "Print JSON");
    }
}

int run(int argc, char** argv) {
    CLI::App app("shopcast: live commerce on your own machines", "shopcast");
    app.require_subcommand(1);
    app.set_version_flag("--version", SHOPCAST_VERSION);
    ServeArguments serve;
    ChannelArguments channel;
    add_serve(app, serve);
    add_channel(app, channel);
    app.add_subcommand("config", "Print a complete shopcast.toml that explains every setting");
    CLI11_PARSE(app, argc, argv);

    if (app.got_subcommand("serve")) return run_serve(serve);
    if (app.got_subcommand("config")) {
        fmt::print("{}", ops::documented_toml());
        return 0;
    }
    const CLI::App* channels = app.get_subcommand("channel");
    if (channels->got_subcommand("create")) return run_channel_create(channel);
    if (channels->got_subcommand("rotate-key")) return run_channel_rotate_key(channel);
    return run_channel_list(channel);
}

}  // namespace
}  // namespace shopcast

int main(int argc, char** argv) {
    return shopcast::run(argc, argv);
}
