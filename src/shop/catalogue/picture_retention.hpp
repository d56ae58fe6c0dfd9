#pragma once

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "shop/catalogue/picture_shelf.hpp"
#include "store/sweeper.hpp"

namespace shopcast::shop {

/// Pictures that no product has shown for `keep`, their rows and then their files. `shelf` outlives
/// it.
store::Retention unused_pictures(PictureShelf& shelf, Milliseconds keep);

/// At the start: files that no row knows of, which a crash between the two leaves. Errors: those of
/// the database, Io.
Result<std::size_t> remove_stray_pictures(const std::filesystem::path& folder,
                                          store::Database& database);

}  // namespace shopcast::shop
