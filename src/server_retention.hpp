#pragma once

#include <functional>
#include <string>
#include <vector>

#include "server_settings.hpp"
#include "shop/catalogue/picture_shelf.hpp"
#include "show/channel_directory.hpp"
#include "store/sweeper.hpp"

namespace shopcast {

/// What has files or memory beside its rows; outlives the sweeper.
struct Kept {
    shop::PictureShelf& pictures;
    show::ChannelDirectory& channels;
    /// What is kept of other channels than these goes: posters, problems, viewers.
    std::function<void(std::vector<std::string> channels)> keep_only;
};

/// What each module does not keep for ever, in an order in which nothing is kept for something that
/// goes in the same sweep.
std::vector<store::Retention> retentions(const ServerSettings& settings, Kept kept);

}  // namespace shopcast
