#include "tests_folder.hpp"

namespace shopcast {

std::filesystem::path tests_folder() {
    return SHOPCAST_TESTS;
}

}  // namespace shopcast
