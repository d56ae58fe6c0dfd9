#include "api/shopkeeping/pictures_api.hpp"
#include <fcntl.h>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "api/frame/replies.hpp"
#include "api/shop/product_json.hpp"
#include "audit/deed.hpp"
#include "base/files.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "http/limits.hpp"

namespace shopcast::api {
namespace {

namespace json = boost::json;
using async::Task;
using people::Action;
using Where = Needs::Where;

constexpr int shown_width = 480;

/// What one HTTP/2 connection holds of bodies (its window): more would never arrive. Pages shrink a
/// phone's photo before they send it, one at a time.
static_assert(limits::picture_upload_bytes_max <= limits::h2_body_bytes_max);

/// 480 of "480.jpg"; 0: it is something else.
std::uint32_t width_in(std::string_view name) {
    constexpr std::string_view ends = ".jpg";
    if (!name.ends_with(ends)) return 0;
    return parse_int<std::uint32_t>(name.substr(0, name.size() - ends.size())).value_or(0);
}

/// Errors: NotFound, Io.
Result<Bytes> read_picture(const std::filesystem::path& path) {
    const DiskFile file(path, O_RDONLY);
    if (file.fd() < 0) return fail(Errc::NotFound, "there is no such picture");
    return Bytes(TRY(read_all(file.fd())));
}

Problem problem_of(const Error& error) {
    Problem why(error);
    if (error.code == Errc::Unsupported || error.code == Errc::Malformed) {
        why.status = 415;
        why.code = "not_a_picture";
        why.help = "Send a JPEG, PNG or WebP picture.";
    } else if (error.code == Errc::Conflict) {
        why.code = "too_many_pictures";
        why.help =
            "Take pictures out of products that need them no more, or ask whoever runs the "
            "server for more room (shop.pictures_mb).";
    }
    return why;
}

}  // namespace

PicturesApi::PicturesApi(ShopSources sources, shop::PictureShelf& shelf)
    : sources_(sources),
      shelf_(shelf),
      block_(http::HeaderBlock::make({{"Content-Type", "image/jpeg"},
                                      {"Cache-Control", "public, max-age=31536000, immutable"}})) {}

Task<Reply> PicturesApi::upload(Call& call) {
    const shop::PictureQuota quota = sources_.selling.settings().pictures();
    // Before anything is drawn, and again when it is written: others upload meanwhile.
    const auto has_room = [shop = call.param("shop"), quota](store::Database& database) {
        return shop::check_picture_room(database, shop, quota);
    };
    const auto room = co_await sources_.readers.read<void>(call.loop(), call.own_read(), has_room);
    if (!room) co_return std::unexpected(problem_of(room.error()));
    Bytes bytes = Bytes::copy_of(call.request.body());
    auto drawn = co_await shelf_.put(call.loop(), call.param("shop"), std::move(bytes));
    if (!drawn) co_return std::unexpected(problem_of(drawn.error()));
    store::Writer::Work work =
        [picture = *drawn, shop = call.param("shop"), has_room,
         deed = deed_of(call, "picture.upload", "picture/" + drawn->id),
         now = sources_.clock.wall()](store::Database& database) -> Result<void> {
        TRY_VOID(has_room(database));
        TRY_VOID(shop::put_picture(database, shop, picture, now));
        return audit::record(database, deed, now);
    };
    const auto written = co_await sources_.writer.run(call.loop(), std::move(work));
    if (!written) co_return std::unexpected(problem_of(written.error()));
    const json::value url = picture_url(drawn->id, shown_width);
    const json::object made{
        {"id", drawn->id}, {"url", url}, {"width", drawn->width}, {"height", drawn->height}};
    co_return created_reply(made, url.get_string());
}

http::Response PicturesApi::reply(const std::string& name, const Bytes& picture) const {
    http::Response response = http::Response::bytes(block_, picture);
    // The address says which bytes these are as well as a digest of them would.
    response.etag('"' + name + '"');
    return response;
}

Task<Reply> PicturesApi::show(Call& call) {
    const std::string_view id = call.request.param("picture");
    const std::uint32_t width = width_in(call.request.param("file"));
    std::string name = fmt::format("{}-{}.jpg", id, width);
    if (const auto kept = cache_.find(name)) return Reply(reply(name, *kept));
    auto path = shelf_.file_of(id, width);
    if (path.empty()) return Reply(std::unexpected(not_found("picture", id)));
    return read(call, std::move(path), std::move(name));
}

/// On a reading thread: a disk may take its time.
Task<Reply> PicturesApi::read(Call& call, std::filesystem::path path, std::string name) {
    auto work = [path = std::move(path)](store::Database&) { return read_picture(path); };
    const auto picture =
        co_await sources_.readers.read<Bytes>(call.loop(), call.public_read(), std::move(work));
    if (!picture && picture.error().code == Errc::NotFound) {
        co_return std::unexpected(not_found("picture", call.request.param("picture")));
    }
    if (!picture) co_return std::unexpected(Problem(picture.error()));
    cache_.put(name, *picture);
    co_return reply(name, *picture);
}

void PicturesApi::add_routes(ApiRoutes& routes) {
    constexpr RouteTraits shared{.is_public = true};
    constexpr RouteTraits upload_traits{
        .body_bytes_max = limits::picture_upload_bytes_max, .creates = true, .takes_picture = true};
    routes.get(
        "/api/v1/pictures/:picture/:file", Needs::nobody(),
        [this](Call& call) { return show(call); }, shared);
    routes.post(
        "/api/v1/shops/:shop/pictures", Needs::write(Action::ManageCatalogue, Where::Shop),
        [this](Call& call) { return upload(call); }, upload_traits);
}

}  // namespace shopcast::api
