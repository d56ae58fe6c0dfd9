#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace shopcast::ops {

struct AdminAnswer {
    int status;
    std::string body;  ///< JSON
};

/// Asks the server that owns `socket` (DataFolder::admin_socket); blocks, at most 10 s. An empty
/// `json_body` makes it a GET, anything else a POST.
/// Errors: Config when no server answers there, with what to do.
Result<AdminAnswer> ask_server(const std::filesystem::path& socket, std::string_view target,
                               std::string_view json_body = {});

}  // namespace shopcast::ops
