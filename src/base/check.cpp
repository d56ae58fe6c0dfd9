#include "base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace shopcast {

void check_failed(std::string_view condition, std::string_view file, int line,
                  std::string_view note) {
    std::fprintf(stderr, "ENSURE failed: %.*s at %.*s:%d %.*s\n",
                 static_cast<int>(condition.size()), condition.data(),
                 static_cast<int>(file.size()), file.data(), line, static_cast<int>(note.size()),
                 note.data());
    std::abort();
}

}  // namespace shopcast
