#include "settings/secret.hpp"

#include <fstream>
#include <iterator>

#include "base/text.hpp"

namespace shopcast::settings {

Result<std::string> read_secret(std::string_view setting, const std::string& path) {
    std::ifstream file(path);
    if (!file) return fail(Errc::Config, "cannot read " + std::string(setting) + " " + path);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    return std::string(trim(text));
}

}  // namespace shopcast::settings
