#include "media/live/epoch.hpp"

#include <algorithm>

#include "wire/cmaf.hpp"

namespace shopcast::media {

std::shared_ptr<const Epoch> make_epoch(EpochId id, TrackSet tracks) {
    std::optional<wire::cmaf::VideoEntry> video;
    if (const auto& track = tracks.video) {
        video.emplace();
        video->avc_record = track->avc_record;
        video->width = track->width;
        video->height = track->height;
        if (const auto& aspect = track->sample_aspect_ratio) {
            video->pixel_aspect = {.horizontal = aspect->horizontal, .vertical = aspect->vertical};
        }
        if (const auto& colour = track->colour) {
            video->colour = {.primaries = colour->primaries,
                             .transfer = colour->transfer,
                             .matrix = colour->matrix,
                             .full_range = colour->full_range};
        }
    }
    std::optional<wire::cmaf::AudioEntry> audio;
    if (const auto& track = tracks.audio) {
        audio = {.audio_specific_config = track->audio_specific_config,
                 .sample_rate = track->sample_rate,
                 .channels = track->channels};
    }
    Bytes init(wire::cmaf::init_segment(video, audio));
    return std::make_shared<const Epoch>(
        Epoch{.id = id, .tracks = std::move(tracks), .init = std::move(init)});
}

WallTime WallMapping::wall_of(Ticks time) const {
    return wall_ + Milliseconds{rescale(time - at_ + ticks_per_ms / 2, ticks_per_ms, 1)};
}

WallMapping WallMapping::followed_by(Ticks at, WallTime wall) const {
    return {at, std::max(wall, wall_of(at))};
}

}  // namespace shopcast::media
