#include "shop/catalogue/picture_retention.hpp"

#include <memory>
#include <set>

#include "shop/limits.hpp"

namespace shopcast::shop {
namespace {

using store::Database;
using store::Removed;
using store::Statement;

using Ids = std::vector<std::string>;

/// Goes through them from the one that was unused longest: those in products stay, and must not
/// stand in the way of others.
class UnusedPictures {
public:
    UnusedPictures(Milliseconds keep, std::shared_ptr<Ids> removed)
        : keep_(keep), removed_(std::move(removed)) {}

    Result<Removed> operator()(Database& database, WallTime now) {
        removed_->clear();
        std::size_t looked_at = 0;
        Ids unused;
        Place last;
        Statement query = TRY(database.prepare(
            "SELECT unused_since_ms, id, EXISTS(SELECT 1 FROM product_picture WHERE picture = id)"
            " FROM picture WHERE unused_since_ms < ? AND (unused_since_ms, id) > (?, ?)"
            " ORDER BY unused_since_ms, id LIMIT ?"));
        query.bind(to_unix_ms(now - keep_)).bind(after_.unused_since_ms).bind(after_.id);
        query.bind(static_cast<std::int64_t>(limits::pictures_looked_at_at_once));
        while (TRY(query.step())) {
            ++looked_at;
            last = {query.integer(0), std::string(query.text(1))};
            if (query.integer(2) == 0) unused.push_back(last.id);
        }
        for (const std::string& id : unused) {
            Statement remove = TRY(database.prepare("DELETE FROM picture WHERE id = ?"));
            TRY_VOID(remove.bind(id).run());
        }
        const bool more = looked_at >= limits::pictures_looked_at_at_once;
        after_ = more ? std::move(last) : Place();
        *removed_ = std::move(unused);
        return Removed{.count = removed_->size(), .more = more};
    }

private:
    struct Place {
        std::int64_t unused_since_ms = 0;
        std::string id;
    };

    const Milliseconds keep_;
    const std::shared_ptr<Ids> removed_;
    Place after_;
};

}  // namespace

store::Retention unused_pictures(PictureShelf& shelf, Milliseconds keep) {
    const auto removed = std::make_shared<Ids>();
    return {.what = "unused pictures",
            .step = UnusedPictures(keep, removed),
            .then = [&shelf, removed] {
                if (!removed->empty()) shelf.forget(std::move(*removed));
            }};
}

Result<std::size_t> remove_stray_pictures(const std::filesystem::path& folder,
                                          store::Database& database) {
    std::set<std::string> known;
    Statement query = TRY(database.prepare("SELECT id FROM picture"));
    while (TRY(query.step())) known.emplace(query.text(0));
    return PictureShelf::remove_strays(folder,
                                       [&](const std::string& id) { return known.contains(id); });
}

}  // namespace shopcast::shop
