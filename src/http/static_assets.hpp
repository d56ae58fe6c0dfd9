#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "http/request.hpp"
#include "http/response.hpp"

namespace shopcast::http {

/// One file in its forms; the compressed ones may be empty.
struct Asset {
    std::string path;  ///< "/assets/app-3f2a.js"
    std::string content_type;
    Bytes identity;
    Bytes gzip;
    Bytes brotli;
    /// The name holds a hash of the content: cached for a year, never asked for again. Others are
    /// revalidated by ETag each time.
    bool immutable = false;
};

/// A table of files served from memory: precompressed, with ETag and Vary. Safe from any thread.
class StaticAssets {
public:
    /// `headers` go out with every asset (Content-Security-Policy for a page).
    explicit StaticAssets(std::vector<Asset> assets, std::vector<Header> headers = {});
    ~StaticAssets();

    bool contains(std::string_view path) const;
    /// The asset of request.path(), or a 404 problem.
    Response serve(const Request& request) const { return serve(request, request.path()); }
    /// The asset `path` whatever the request's path is (index.html for every page).
    Response serve(const Request& request, std::string_view path) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace shopcast::http
