#include <boost/json.hpp>
#include <fmt/core.h>

#include <memory>

#include "cli/command.hpp"
#include "wire/url.hpp"

namespace shopcast::cli {
namespace {

namespace json = boost::json;

struct ShopArguments {
    Asking server;
    std::string id;
    std::string ko;
    std::string en;

    json::object name() const { return {{"ko", ko}, {"en", en}}; }
};

void print_shop(const json::object& shop) {
    const json::object& name = shop.at("name").as_object();
    fmt::print("{:<24} {:<32} {}\n", text_at(shop, "id"), text_at(name, "ko"), text_at(name, "en"));
}

int print_answer(const ShopArguments& arguments, const Result<json::object>& answer) {
    if (!answer) return complain(answer.error());
    if (arguments.server.as_json) return print_json(*answer);
    print_shop(*answer);
    return 0;
}

int run_create(const ShopArguments& arguments) {
    const json::object body{{"id", arguments.id}, {"name", arguments.name()}};
    return print_answer(arguments, arguments.server.ask("/admin/v1/shops", &body));
}

int run_rename(const ShopArguments& arguments) {
    const json::object body{{"name", arguments.name()}};
    const std::string target = "/admin/v1/shops/" + wire::percent_encode(arguments.id);
    return print_answer(arguments, arguments.server.ask(target, &body));
}

int run_list(const ShopArguments& arguments) {
    const auto answer = arguments.server.ask("/admin/v1/shops");
    if (!answer) return complain(answer.error());
    if (arguments.server.as_json) return print_json(*answer);
    for (const json::value& each : answer->at("shops").as_array()) print_shop(each.as_object());
    return 0;
}

}  // namespace

void add_shop(CLI::App& app, Chosen& chosen) {
    const auto arguments = std::make_shared<ShopArguments>();
    CLI::App* shop = app.add_subcommand("shop", "Shops of the running server");
    shop->require_subcommand(1);
    const auto add = [&](const char* name, const char* help, int (*run)(const ShopArguments&)) {
        CLI::App* command = shop->add_subcommand(name, help);
        arguments->server.add_options(*command);
        command->callback(
            [arguments, run, &chosen] { chosen = [arguments, run] { return run(*arguments); }; });
        return command;
    };
    for (CLI::App* command :
         {add("create", "Make a shop, which stays: shops are not removed", run_create),
          add("rename", "Change what buyers read", run_rename)}) {
        command->add_option("id", arguments->id, "Part of its addresses: a-z, 0-9, '-'")
            ->required();
        command->add_option("--ko", arguments->ko, "Its name in Korean")->required();
        command->add_option("--en", arguments->en, "Its name in English")->required();
    }
    add("list", "List the shops: id, name in Korean and in English", run_list);
}

}  // namespace shopcast::cli
