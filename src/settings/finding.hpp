#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace shopcast::settings {

enum class Severity : std::uint8_t { High, Medium, Low };
std::string_view to_string(Severity severity);

/// A setting that makes the server less safe than it could be. Each module finds its own.
struct Finding {
    Severity severity;
    std::string code;     ///< stable, for programs
    std::string message;  ///< what is so
    std::string advice;   ///< what to set or do instead
};

class Findings {
public:
    void add_if(bool is_so, Severity severity, std::string code, std::string message,
                std::string advice);
    /// A file of a secret that others than its owner may read.
    void check_secret_file(const std::string& path, std::string code);
    /// The gravest first, else in the order in which they were found.
    std::vector<Finding> sorted() &&;

private:
    std::vector<Finding> all_;
};

/// The permissions that others than the owner have; 0 where there is no such file or folder. Reads
/// modes, never content.
unsigned foreign_permissions(const std::string& path);
/// Listens where this machine alone can come from.
bool is_local(std::string_view listen);

}  // namespace shopcast::settings
