#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "media/cut/packager.hpp"
#include "media/live/epoch.hpp"
#include "media/live/mem_file.hpp"
#include "media/live/snapshot.hpp"

namespace shopcast::media {

/// One rendition's live window: stores the bytes of cut parts, numbers segments, and lets go of
/// what is old. Owned by the stream's thread.
class Rendition {
public:
    /// Errors: Io.
    static Result<Rendition> create(std::string name, const PackagerConfig& config);

    /// Goes on behind `next_msn` segments and `discontinuities` tags that are gone. REQUIRES:
    /// nothing added yet.
    void resume(std::uint64_t next_msn, std::uint64_t discontinuities);

    /// Parts added from now on belong to `epoch`; their first segment follows a discontinuity
    /// unless the epoch is the stream's first.
    void begin_epoch(std::shared_ptr<const Epoch> epoch);
    /// `wall` gives the segment's EXT-X-PROGRAM-DATE-TIME. Errors: Io.
    Result<void> add(const PartCut& cut, const WallMapping& wall);

    /// All but the rendered texts.
    RenditionSnapshot snapshot(bool ended) const;

    /// Every segment so far begins with an IDR picture (gaps aside).
    bool independent_segments() const { return independent_segments_; }
    std::size_t listed_count() const { return segments_.size() - retired_at_.size(); }
    Ticks listed_duration() const { return listed_duration_; }
    const MemFile& file() const { return *file_; }
    std::uint64_t next_msn() const { return next_msn_; }
    /// EXT-X-DISCONTINUITY tags since the stream began.
    std::uint64_t discontinuities() const { return discontinuities_; }

private:
    Rendition(std::string name, const PackagerConfig& config, std::shared_ptr<MemFile> file);

    Result<void> store(const PartCut& cut);
    void open_segment(const PartCut& cut, const WallMapping& wall);
    void close_segment();
    bool first_may_leave() const;
    void retire_first();
    void forget_old();

    // Constant after construction.
    std::string name_;
    Ticks live_window_;
    Ticks target_duration_;
    std::size_t live_bytes_max_;
    std::shared_ptr<MemFile> file_;
    // Owned by the stream's thread.
    std::shared_ptr<const Epoch> epoch_;
    bool discontinuity_due_ = false;
    std::deque<std::shared_ptr<const Segment>> segments_;
    std::deque<Ticks> retired_at_;  // when each of the first segments left the playlist
    std::shared_ptr<const Segment> open_;
    std::shared_ptr<MemRegion> region_;
    std::uint64_t next_msn_ = 0;
    std::uint64_t discontinuity_sequence_ = 0;  // tags that left the playlist
    std::uint64_t discontinuities_ = 0;
    std::uint32_t fragment_number_ = 0;
    Ticks listed_duration_ = 0;
    std::uint64_t stored_bytes_ = 0;
    bool independent_segments_ = true;
};

}  // namespace shopcast::media
