#include "site/pages.hpp"

#include <fmt/format.h>

#include <array>
#include <map>
#include <span>
#include <string_view>

#include "http/embedded_file.hpp"

extern "C" {
extern const shopcast::http::EmbeddedFile shopcast_site_files[];
extern const std::size_t shopcast_site_files_count;
}

namespace shopcast::site {
namespace {

/// "https://js.stripe.com" of "https://js.stripe.com/v3/".
std::string_view origin_of(std::string_view url) {
    const std::size_t host = url.find("://");
    return host == std::string_view::npos ? url : url.substr(0, url.find('/', host + 3));
}

/// Everything comes from this server; hls.js feeds the video element through blob: URLs. Card forms
/// are frames of the payment provider's (docs.stripe.com/security/guide#content-security-policy).
std::string content_security_policy(const shop::SellingSettings& selling) {
    std::string script;
    std::string frame;
    std::string connect;
    if (selling.payments == shop::Payments::Stripe) {
        script = fmt::format(" {0} https://*.js.stripe.com", origin_of(selling.stripe.script_url));
        frame = fmt::format("frame-src{} https://hooks.stripe.com; ", script);
        connect = fmt::format(" {}", origin_of(selling.stripe.api_url));
    }
    return fmt::format(
        "default-src 'none'; script-src 'self'{}; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'{}; media-src 'self' blob:; worker-src 'none'; font-src 'self'; {}"
        "manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
        "report-uri /api/v1/csp-reports",
        script, connect, frame);
}

// Every address at which the page finds its way by itself. The list is the one of
// web/src/shared/routes.ts: any other address is a 404, not a page that says so with 200.
constexpr std::array<std::string_view, 32> page_paths{
    "/",
    "/watch/:channel",
    "/login",
    "/signup",
    "/forgot",
    "/reset",
    "/verify",
    "/setup",
    "/account",
    "/products",
    "/products/:product",
    "/cart",
    "/checkout",
    "/orders",
    "/orders/:order",
    "/studio",
    "/studio/team",
    "/studio/shop/products",
    "/studio/shop/products/:product",
    "/studio/shop/deals",
    "/studio/shop/coupons",
    "/studio/shop/orders",
    "/studio/shop/orders/:order",
    "/studio/shop/sales",
    "/studio/:channel",
    "/operations",
    "/operations/events",
    "/operations/accounts",
    "/operations/refusals",
    "/operations/shops",
    "/operations/audit",
    "/operations/security",
};

struct ContentType {
    std::string_view extension;
    std::string_view type;
};
constexpr std::array content_types{
    ContentType{".html", "text/html; charset=utf-8"},
    ContentType{".js", "text/javascript; charset=utf-8"},
    ContentType{".css", "text/css; charset=utf-8"},
    ContentType{".svg", "image/svg+xml"},
    ContentType{".png", "image/png"},
    ContentType{".webp", "image/webp"},
    ContentType{".ico", "image/x-icon"},
    ContentType{".woff2", "font/woff2"},
    ContentType{".json", "application/json"},
    ContentType{".webmanifest", "application/manifest+json"},
    ContentType{".txt", "text/plain; charset=utf-8"},
};

std::string_view content_type_of(std::string_view path) {
    for (const ContentType& each : content_types) {
        if (path.ends_with(each.extension)) return each.type;
    }
    return "application/octet-stream";
}

std::vector<http::Asset> collect_assets() {
    std::map<std::string, http::Asset, std::less<>> assets;
    for (const http::EmbeddedFile& file :
         std::span(shopcast_site_files, shopcast_site_files_count)) {
        std::string_view path = file.name();
        const bool gzip = path.ends_with(".gz");
        const bool brotli = path.ends_with(".br");
        if (gzip || brotli) path.remove_suffix(3);
        http::Asset& asset = assets[std::string(path)];
        Bytes& form = gzip ? asset.gzip : brotli ? asset.brotli : asset.identity;
        form = Bytes::of_static(file.content());
        asset.path = path;
        asset.content_type = content_type_of(path);
        asset.immutable = path.starts_with("/assets/");
    }
    std::vector<http::Asset> list;
    for (auto& [path, asset] : assets) list.push_back(std::move(asset));
    return list;
}

}  // namespace

Pages::Pages(const shop::SellingSettings& selling)
    : assets_(std::make_shared<const http::StaticAssets>(
          collect_assets(), std::vector<http::Header>{
                                {"Content-Security-Policy", content_security_policy(selling)},
                                {"Referrer-Policy", "same-origin"},
                                {"Cross-Origin-Opener-Policy", "same-origin"},
                                {"Permissions-Policy", "camera=(), microphone=(), geolocation=()"},
                            })) {}

void Pages::add_routes(http::Router& router) const {
    const auto page = [assets = assets_](http::Request& request) {
        if (!assets->contains("/index.html")) {
            return http::Response::problem(503, "no_pages", "This build of shopcast has no pages.",
                                           "Build web/ first (./dev web), then the program.");
        }
        return assets->serve(request, "/index.html");
    };
    for (const std::string_view path : page_paths) router.get(path, page, {.label = "page"});
    router.get("/assets/*file",
               [assets = assets_](http::Request& request) { return assets->serve(request); },
               {.label = "asset"});
    for (const std::string_view file : {"/favicon.svg", "/favicon.ico", "/robots.txt"}) {
        if (!assets_->contains(file)) continue;
        router.get(file,
                   [assets = assets_](http::Request& request) { return assets->serve(request); },
                   {.label = "asset"});
    }
}

}  // namespace shopcast::site
