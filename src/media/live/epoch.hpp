#pragma once

#include <memory>
#include <optional>

#include "media/live/snapshot.hpp"

namespace shopcast::media {

/// What an epoch publishes: its id, its parameters and the init segment made from them.
std::shared_ptr<const Epoch> make_epoch(EpochId id, TrackSet tracks);

/// Maps the timeline to wall-clock time from one anchor: never from later packets, whose arrival
/// jitters (OME#1002).
class WallMapping {
public:
    WallMapping(Ticks at, WallTime wall) : at_(at), wall_(wall) {}

    WallTime wall_of(Ticks time) const;
    /// The next epoch's mapping, for which timeline position `at` would be `wall`; never earlier
    /// than this one says, or two segments would claim the same moment (6.2.1).
    WallMapping followed_by(Ticks at, WallTime wall) const;

private:
    Ticks at_;
    WallTime wall_;
};

}  // namespace shopcast::media
