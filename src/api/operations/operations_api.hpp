#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "api/frame/routes.hpp"
#include "live/on_air.hpp"
#include "ops/alarms.hpp"
#include "settings/finding.hpp"
#include "show/audience.hpp"
#include "store/writer.hpp"

namespace shopcast::api {

/// What the summary is made of; everything outlives the routes.
struct OperationsSources {
    std::string version;
    const ops::Alarms& alarms;
    const live::OnAir& on_air;
    const show::Audience& audience;
    const store::Writer& writer;
    const std::atomic<bool>& ready;
    const Clock& clock;
    std::function<std::size_t()> http_connections;
    std::function<std::size_t()> rtmp_connections;
    std::function<std::vector<settings::Finding>()> self_check;
};

/// How the server is: summary, the log's newest lines, insecure settings. Lives as long as the
/// routes.
class OperationsApi {
public:
    explicit OperationsApi(OperationsSources sources);
    void add_routes(ApiRoutes& routes);

private:
    Reply summary() const;
    Reply events(const Call& call) const;
    Reply self_check() const;

    // Constant after construction.
    OperationsSources sources_;
    WallTime started_at_;
};

}  // namespace shopcast::api
