// Where tests find their material.
#pragma once

#include <filesystem>

namespace shopcast {

/// The checkout's tests/. Its place is compiled into one file only, so that the objects of all
/// others are the same in every checkout and come out of ccache.
std::filesystem::path tests_folder();

}  // namespace shopcast
