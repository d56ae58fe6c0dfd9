#include "settings/finding.hpp"
#include <sys/stat.h>

#include <fmt/format.h>

namespace shopcast::settings {

std::string_view to_string(Severity severity) {
    switch (severity) {
        case Severity::High: return "high";
        case Severity::Medium: return "medium";
        case Severity::Low: return "low";
    }
    return "high";
}

void Findings::add_if(bool is_so, Severity severity, std::string code, std::string message,
                      std::string advice) {
    if (!is_so) return;
    all_.push_back({severity, std::move(code), std::move(message), std::move(advice)});
}

void Findings::check_secret_file(const std::string& path, std::string code) {
    add_if(foreign_permissions(path) != 0, Severity::High, std::move(code),
           fmt::format("Others than the server's user may read {}.", path),
           fmt::format("chmod 600 {}", path));
}

std::vector<Finding> Findings::sorted() && {
    std::vector<Finding> out;
    for (const Severity severity : {Severity::High, Severity::Medium, Severity::Low}) {
        for (const Finding& finding : all_) {
            if (finding.severity == severity) out.push_back(finding);
        }
    }
    return out;
}

unsigned foreign_permissions(const std::string& path) {
    struct stat status{};
    if (path.empty() || ::stat(path.c_str(), &status) != 0) return 0;
    return status.st_mode & 077U;
}

bool is_local(std::string_view listen) {
    return listen.starts_with("127.") || listen.starts_with("[::1]") ||
           listen.starts_with("localhost") || listen.starts_with("unix:");
}

}  // namespace shopcast::settings
