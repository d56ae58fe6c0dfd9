#include "api/embedded_files.hpp"

extern "C" {
extern const shopcast::api::EmbeddedFile shopcast_embedded_files[];
extern const std::size_t shopcast_embedded_files_count;
}

namespace shopcast::api {

std::span<const EmbeddedFile> embedded_files() {
    return {shopcast_embedded_files, shopcast_embedded_files_count};
}

}  // namespace shopcast::api
