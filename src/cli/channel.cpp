#include <boost/json.hpp>
#include <fmt/core.h>

#include <memory>

#include "cli/command.hpp"

namespace shopcast::cli {
namespace {

namespace json = boost::json;

struct ChannelArguments {
    Asking server;
    std::string name;
    std::string title;
    std::string shop;
};

int print_channel_with_key(const ChannelArguments& arguments, const Result<json::object>& answer) {
    if (!answer) return complain(answer.error());
    if (arguments.server.as_json) return print_json(*answer);
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

int run_create(const ChannelArguments& arguments) {
    const json::object body{
        {"name", arguments.name}, {"title", arguments.title}, {"shop", arguments.shop}};
    return print_channel_with_key(arguments, arguments.server.ask("/admin/v1/channels", &body));
}

int run_rotate_key(const ChannelArguments& arguments) {
    const json::object body;
    return print_channel_with_key(
        arguments,
        arguments.server.ask("/admin/v1/channels/" + arguments.name + "/rotate-key", &body));
}

int run_list(const ChannelArguments& arguments) {
    const auto answer = arguments.server.ask("/admin/v1/channels");
    if (!answer) return complain(answer.error());
    if (arguments.server.as_json) return print_json(*answer);
    const json::array& channels = answer->at("channels").as_array();
    if (channels.empty()) {
        fmt::print("No channels yet. Create one: shopcast channel create NAME\n");
    }
    for (const json::value& each : channels) {
        const json::object& channel = each.as_object();
        fmt::print("{:<24} {:<32} {:<16} {}\n", text_at(channel, "name"), text_at(channel, "title"),
                   text_at(channel, "shop"), text_at(channel, "watch_url"));
    }
    return 0;
}

}  // namespace

void add_channel(CLI::App& app, Chosen& chosen) {
    const auto arguments = std::make_shared<ChannelArguments>();
    CLI::App* channel = app.add_subcommand("channel", "Channels of the running server");
    channel->require_subcommand(1);
    const auto add = [&](const char* name, const char* help, auto run) {
        CLI::App* command = channel->add_subcommand(name, help);
        arguments->server.add_options(*command);
        command->callback(
            [arguments, run, &chosen] { chosen = [arguments, run] { return run(*arguments); }; });
        return command;
    };
    CLI::App* create = add("create", "Create a channel; prints its stream key", run_create);
    create->add_option("name", arguments->name, "Part of its address: a-z, 0-9, '-'")->required();
    create->add_option("--title", arguments->title, "What viewers read");
    create->add_option("--shop", arguments->shop, "Whose it is; needed where there are several");
    add("list", "List the channels", run_list);
    CLI::App* rotate = add("rotate-key", "Replace the stream key", run_rotate_key);
    rotate->add_option("name", arguments->name)->required();
}

}  // namespace shopcast::cli
