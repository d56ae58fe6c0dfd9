#include <unistd.h>

#include <boost/json.hpp>
#include <fmt/core.h>

#include <array>
#include <memory>
#include <vector>

#include "cli/command.hpp"
#include "http/limits.hpp"
#include "wire/url.hpp"

namespace shopcast::cli {
namespace {

namespace json = boost::json;

struct AccountArguments {
    Asking server;
    std::string login;
    std::vector<std::string> roles;
    std::string shop;
    std::string display_name;
    std::string language = "en";
    bool password_from_stdin = false;
};

/// The first line of standard input: what is on the command line is read by every user of the
/// machine.
Result<std::string> read_password() {
    std::string text;
    std::array<char, 256> piece{};
    for (;;) {
        const ssize_t count = ::read(STDIN_FILENO, piece.data(), piece.size());
        if (count <= 0) break;
        text.append(piece.data(), static_cast<std::size_t>(count));
        if (text.contains('\n') || text.size() > limits::http_body_bytes_max) break;
    }
    text.resize(std::min(text.size(), text.find('\n')));
    if (text.empty()) return fail(Errc::Config, "no password came on standard input");
    return text;
}

std::string target_of(const AccountArguments& arguments, std::string_view what) {
    return "/admin/v1/accounts/" + wire::percent_encode(arguments.login) + std::string(what);
}

void print_link(const json::object& link) {
    fmt::print("{}\nIt works once, until {}.\n", text_at(link, "url"), text_at(link, "expires_at"));
}

std::string roles_in(const json::object& account) {
    std::string out;
    for (const json::value& each : account.at("roles").as_array()) {
        if (!out.empty()) out += ' ';
        out += text_at(each.as_object(), "role");
        const std::string shop = text_at(each.as_object(), "shop");
        if (shop != "*") out += '@' + shop;
    }
    return out.empty() ? "viewer" : out;
}

void print_account(const json::object& account) {
    fmt::print("{:<24} {:<32} {}{}\n", text_at(account, "login"), text_at(account, "display_name"),
               roles_in(account), account.at("disabled").as_bool() ? " (disabled)" : "");
}

int run_create(const AccountArguments& arguments) {
    json::object body{{"login", arguments.login},
                      {"display_name", arguments.display_name},
                      {"language", arguments.language},
                      {"shop", arguments.shop}};
    json::array roles;
    for (const std::string& role : arguments.roles) roles.push_back(json::value(role));
    body["roles"] = std::move(roles);
    if (arguments.password_from_stdin) {
        auto password = read_password();
        if (!password) return complain(password.error());
        body["password"] = *std::move(password);
    }
    const auto answer = arguments.server.ask("/admin/v1/accounts", &body);
    if (!answer) return complain(answer.error());
    if (arguments.server.as_json) return print_json(*answer);
    print_account(answer->at("account").as_object());
    if (const auto* link = answer->at("reset").if_object()) {
        fmt::print("They choose a password at:\n\n  ");
        print_link(*link);
    }
    return 0;
}

int run_list(const AccountArguments& arguments) {
    const auto answer = arguments.server.ask("/admin/v1/accounts");
    if (!answer) return complain(answer.error());
    if (arguments.server.as_json) return print_json(*answer);
    for (const json::value& each : answer->at("accounts").as_array()) {
        print_account(each.as_object());
    }
    return 0;
}

int run_reset_link(const AccountArguments& arguments) {
    const json::object body;
    const auto answer = arguments.server.ask(target_of(arguments, "/reset-link"), &body);
    if (!answer) return complain(answer.error());
    if (arguments.server.as_json) return print_json(*answer);
    print_link(*answer);
    return 0;
}

int change(const AccountArguments& arguments, std::string_view what, const json::object& body) {
    const auto answer = arguments.server.ask(target_of(arguments, what), &body);
    if (!answer) return complain(answer.error());
    if (arguments.server.as_json) return print_json(*answer);
    print_account(*answer);
    return 0;
}

int run_disable(const AccountArguments& arguments) {
    return change(arguments, "/disabled", {{"disabled", true}});
}
int run_enable(const AccountArguments& arguments) {
    return change(arguments, "/disabled", {{"disabled", false}});
}
int set_role(const AccountArguments& arguments, bool granted) {
    return change(
        arguments, "/roles",
        {{"role", arguments.roles.front()}, {"shop", arguments.shop}, {"granted", granted}});
}
int run_grant(const AccountArguments& arguments) {
    return set_role(arguments, true);
}
int run_revoke(const AccountArguments& arguments) {
    return set_role(arguments, false);
}

int run_setup_link(const AccountArguments& arguments) {
    const json::object body;
    const auto answer = arguments.server.ask("/admin/v1/setup-link", &body);
    if (!answer) return complain(answer.error());
    if (arguments.server.as_json) return print_json(*answer);
    fmt::print("{}\nIt works once, while nobody is admin.\n", text_at(*answer, "url"));
    return 0;
}

using Arguments = std::shared_ptr<AccountArguments>;

void add_shop_option(CLI::App& command, const Arguments& arguments) {
    command.add_option("--shop", arguments->shop,
                       "Where the account is host or moderator; needed where there are several");
}

CLI::App* add(CLI::App& to, const Arguments& arguments, Chosen& chosen, const char* name,
              const char* help, int (*run)(const AccountArguments&)) {
    CLI::App* command = to.add_subcommand(name, help);
    arguments->server.add_options(*command);
    command->callback(
        [arguments, run, &chosen] { chosen = [arguments, run] { return run(*arguments); }; });
    return command;
}

}  // namespace

void add_account(CLI::App& app, Chosen& chosen) {
    const auto arguments = std::make_shared<AccountArguments>();
    CLI::App* account = app.add_subcommand("account", "Accounts of the running server");
    account->require_subcommand(1);
    CLI::App* create =
        add(*account, arguments, chosen, "create",
            "Make an account; without a password prints a link to choose one", run_create);
    create->add_option("login", arguments->login, "3 to 32 of a-z 0-9 . _ -")->required();
    create->add_option("--role", arguments->roles, "host, moderator, operator, auditor or admin");
    add_shop_option(*create, arguments);
    create->add_option("--display-name", arguments->display_name, "What others read");
    create->add_option("--language", arguments->language, "ko or en");
    create->add_flag("--password-stdin", arguments->password_from_stdin,
                     "Read the password from standard input");
    add(*account, arguments, chosen, "list", "List the accounts", run_list);
    const auto with_login = [&](const char* name, const char* help,
                                int (*run)(const AccountArguments&)) {
        CLI::App* command = add(*account, arguments, chosen, name, help, run);
        command->add_option("login", arguments->login)->required();
        return command;
    };
    with_login("reset-link", "Print a link to choose a new password", run_reset_link);
    with_login("disable", "Refuse the account everywhere, at once", run_disable);
    with_login("enable", "Undo that", run_enable);
    for (CLI::App* command : {with_login("grant", "Give the account a role", run_grant),
                              with_login("revoke", "Take a role away", run_revoke)}) {
        command->add_option("role", arguments->roles, "host, moderator, operator, auditor or admin")
            ->required()
            ->expected(1);
        add_shop_option(*command, arguments);
    }
    add(app, arguments, chosen, "setup-link", "Print a link for the first admin", run_setup_link);
}

}  // namespace shopcast::cli
