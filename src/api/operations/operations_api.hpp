#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "api/frame/routes.hpp"
#include "base/refusals.hpp"
#include "live/on_air.hpp"
#include "ops/alarms.hpp"
#include "settings/finding.hpp"
#include "show/audience.hpp"
#include "store/readers.hpp"
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

/// How the server is: summary, the log's newest lines, who was refused, insecure settings. Lives as
/// long as the routes.
class OperationsApi {
public:
    OperationsApi(OperationsSources sources, const Refusals& refusals, store::Readers& readers);
    void add_routes(ApiRoutes& routes);

private:
    Reply summary() const;
    Reply events(const Call& call) const;
    async::Task<Reply> refusals(Call& call);
    Reply self_check() const;

    // Constant after construction.
    OperationsSources sources_;
    const Refusals& refusals_;
    store::Readers& readers_;
    WallTime started_at_;
};

}  // namespace shopcast::api
