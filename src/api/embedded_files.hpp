#pragma once

#include <span>
#include <string_view>

#include "base/bytes.hpp"

namespace shopcast::api {

/// One file of web/dist as it was when the program was built. Laid out by cmake/embed_files.cmake.
struct EmbeddedFile {
    const char* name_data;
    std::size_t name_size;
    const std::byte* content_data;
    std::size_t content_size;

    std::string_view name() const { return {name_data, name_size}; }  ///< "/assets/app-3f2a.js"
    ByteSpan content() const { return {content_data, content_size}; }
};

std::span<const EmbeddedFile> embedded_files();

}  // namespace shopcast::api
