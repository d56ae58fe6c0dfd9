#pragma once

#include <string_view>

#include "base/bytes.hpp"

namespace shopcast::http {

/// One file as it was when the program was built. Laid out by cmake/embed_files.cmake, which makes
/// arrays of them: `name`_files and `name`_files_count.
struct EmbeddedFile {
    const char* name_data;
    std::size_t name_size;
    const std::byte* content_data;
    std::size_t content_size;

    std::string_view name() const { return {name_data, name_size}; }  ///< "/assets/app-3f2a.js"
    ByteSpan content() const { return {content_data, content_size}; }
};

}  // namespace shopcast::http
