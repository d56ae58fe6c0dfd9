#include "cli/command.hpp"

#include <boost/json.hpp>
#include <fmt/core.h>

#include "ops/admin_client.hpp"
#include "server_settings.hpp"
#include "store/data_folder.hpp"

namespace shopcast::cli {

namespace json = boost::json;

int complain(const Error& error) {
    fmt::print(stderr, "shopcast: {}\n", error.message);
    return 1;
}

void Asking::add_options(CLI::App& command) {
    if (data_folder.empty()) data_folder = ServerSettings{}.data_folder;
    command.add_option("--data", data_folder, "Data folder of the server");
    command.add_flag("--json", as_json, "Print JSON");
}

Result<json::object> Asking::ask(std::string_view target, const json::object* body) const {
    const auto socket = store::DataFolder::admin_socket_in(data_folder);
    const ops::AdminAnswer answer = TRY(
        ops::ask_server(socket, target, body == nullptr ? std::string() : json::serialize(*body)));
    boost::system::error_code error;
    json::value value = json::parse(answer.body, error);
    if (error || !value.is_object()) {
        return fail(Errc::Internal, "the server's answer is not JSON: " + answer.body);
    }
    json::object object = std::move(value.get_object());
    if (answer.status < 300) return object;
    const json::value* detail = object.if_contains("detail");
    return fail(Errc::Config, detail != nullptr && detail->is_string()
                                  ? std::string(detail->get_string())
                                  : answer.body);
}

std::string text_at(const json::object& object, std::string_view key) {
    return std::string(object.at(key).as_string());
}

int print_json(const json::object& object) {
    fmt::print("{}\n", json::serialize(object));
    return 0;
}

}  // namespace shopcast::cli
