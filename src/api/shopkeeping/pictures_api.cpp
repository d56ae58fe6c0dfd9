#include "api/shopkeeping/pictures_api.hpp"
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json.hpp>

#include "api/frame/replies.hpp"
#include "api/shop/product_json.hpp"
#include "audit/deed.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"

namespace shopcast::api {
namespace {

namespace json = boost::json;
using async::Task;
using people::Action;
using Where = Needs::Where;

constexpr int shown_width = 480;

/// What one HTTP/2 connection holds of bodies (its window): more would never arrive. Pages shrink a
/// phone's photo before they send it, one at a time.
constexpr std::size_t upload_bytes_max = limits::h2_body_bytes_max;
static_assert(upload_bytes_max <= limits::picture_upload_bytes_max);

/// A descriptor that is closed when nobody sends from it any more.
struct OpenFile {
    explicit OpenFile(int number) : fd(number) {}
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    ~OpenFile() {
        if (fd >= 0) ::close(fd);
    }
    const int fd;
};

/// 480 of "480.jpg"; 0: it is something else.
std::uint32_t width_in(std::string_view name) {
    constexpr std::string_view ends = ".jpg";
    if (!name.ends_with(ends)) return 0;
    return parse_int<std::uint32_t>(name.substr(0, name.size() - ends.size())).value_or(0);
}

Problem problem_of(const Error& error) {
    Problem why(error);
    if (error.code == Errc::Unsupported || error.code == Errc::Malformed) {
        why.status = 415;
        why.code = "not_a_picture";
        why.help = "Send a JPEG, PNG or WebP picture.";
    }
    return why;
}

}  // namespace

PicturesApi::PicturesApi(ShopSources sources, shop::PictureShelf& shelf)
    : sources_(sources),
      shelf_(shelf),
      block_(http::HeaderBlock::make({{"Content-Type", "image/jpeg"},
                                      {"Cache-Control", "public, max-age=31536000, immutable"}})) {}

Task<Outcome> PicturesApi::upload(Ask& ask) {
    Bytes bytes = Bytes::copy_of(ask.request.body());
    auto drawn = co_await shelf_.put(ask.loop(), ask.param("shop"), std::move(bytes));
    if (!drawn) co_return std::unexpected(problem_of(drawn.error()));
    store::Writer::Work work =
        [picture = *drawn, shop = ask.param("shop"),
         deed = deed_of(ask, "picture.upload", "picture/" + drawn->id),
         now = sources_.clock.wall()](store::Database& database) -> Result<void> {
        TRY_VOID(shop::put_picture(database, shop, picture, now));
        return audit::record(database, deed, now);
    };
    CO_CHECK(co_await sources_.writer.run(ask.loop(), std::move(work)));
    const json::value url = picture_url(drawn->id, shown_width);
    const json::object made{
        {"id", drawn->id}, {"url", url}, {"width", drawn->width}, {"height", drawn->height}};
    co_return created_reply(made, url.get_string());
}

Outcome PicturesApi::show(Ask& ask) const {
    const std::string_view id = ask.request.param("picture");
    const auto path = shelf_.file_of(id, width_in(ask.request.param("file")));
    const auto missing = [&] { return std::unexpected(not_found("picture", id)); };
    if (path.empty()) return missing();
    auto file = std::make_shared<const OpenFile>(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status{};
    if (file->fd < 0 || ::fstat(file->fd, &status) != 0) return missing();
    const int fd = file->fd;
    http::FileSlice slice{std::move(file), fd, 0, static_cast<std::uint64_t>(status.st_size)};
    http::Response response = http::Response::file(block_, std::move(slice));
    // The address says which bytes these are as well as a digest of them would.
    response.etag('"' + std::string(id) + '-' + std::string(ask.request.param("file")) + '"');
    return response;
}

void PicturesApi::add_routes(ApiRoutes& routes) {
    constexpr RouteTraits shared{.is_public = true};
    constexpr RouteTraits upload_traits{
        .body_bytes_max = upload_bytes_max, .creates = true, .takes_picture = true};
    routes.get(
        "/api/v1/pictures/:picture/:file", Needs::nobody(),
        [this](Ask& ask) -> Outcome { return show(ask); }, shared);
    routes.post(
        "/api/v1/shops/:shop/pictures", Needs::write(Action::ManageCatalogue, Where::Shop),
        [this](Ask& ask) { return upload(ask); }, upload_traits);
}

}  // namespace shopcast::api
