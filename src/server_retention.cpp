#include "server_retention.hpp"

#include "audit/retention.hpp"
#include "live/shop_watch.hpp"
#include "people/retention.hpp"
#include "shop/catalogue/picture_retention.hpp"
#include "shop/ledger/retention.hpp"
#include "show/stream_records.hpp"

namespace shopcast {
namespace {

store::Retention removed_channels(Kept kept) {
    return {.what = "removed channels",
            .step = [](store::Database&, WallTime) { return store::Removed{}; },
            .then =
                [kept = std::move(kept)] {
                    std::vector<std::string> names;
                    for (const auto& channel : kept.channels.list()) names.push_back(channel->name);
                    kept.keep_only(std::move(names));
                }};
}

}  // namespace

std::vector<store::Retention> retentions(const ServerSettings& settings, Kept kept) {
    const KeepSettings& keep = settings.keep;
    std::vector<store::Retention> all = shop::ledger_retentions(keep.unpaid_orders);
    for (store::Retention& each : people::retentions(settings.people, keep.unused_accounts)) {
        all.push_back(std::move(each));
    }
    all.push_back(shop::unused_pictures(kept.pictures, keep.unused_pictures));
    all.push_back(live::old_stream_orders(keep.streams));
    all.push_back(show::old_streams(keep.streams));
    all.push_back(kept.channels.old_names());
    all.push_back(audit::old_entries(keep.audit));
    all.push_back(removed_channels(std::move(kept)));
    return all;
}

}  // namespace shopcast
