#pragma once

#include <string>

#include "api/publishing.hpp"
#include "http/router.hpp"
#include "show/channel_directory.hpp"

namespace shopcast::api {

/// What "shopcast channel ..." asks over the unix socket, which only the server's own user can
/// open. `publish_base` is "rtmp://127.0.0.1:1935/live/", `page_base` "http://127.0.0.1:8080".
http::Router admin_router(show::ChannelDirectory& channels, OnAir& on_air, std::string publish_base,
                          std::string page_base);

}  // namespace shopcast::api
