// Where tests find their material.
#pragma once

#include <filesystem>
#include <string>

namespace shopcast {

/// The checkout's tests/. Its place is compiled into one file only, so that the objects of all
/// others are the same in every checkout and come out of ccache.
std::filesystem::path tests_folder();

/// The bytes of a picture that tests upload; tests/golden/pictures.mjs says how they are made. The
/// test fails where there is none of that name.
std::string test_upload(const std::string& name);

}  // namespace shopcast
