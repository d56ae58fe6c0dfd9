#include "async/task.hpp"

#include <exception>
#include <string>

namespace shopcast::async::detail {

void exception_escaped() noexcept {
    std::string note = "unknown exception";
    try {
        throw;
    } catch (const std::exception& error) {
        note = error.what();
    } catch (...) {
    }
    check_failed("no exception escapes a Task", __FILE__, __LINE__, note);
}

}  // namespace shopcast::async::detail
