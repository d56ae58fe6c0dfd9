#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/strong_id.hpp"
#include "media/cut/packet.hpp"
#include "media/cut/ticks.hpp"
#include "media/live/health.hpp"
#include "media/live/mem_file.hpp"

/// What the owner of a stream publishes after every part and every thread may read: immutable
/// values, linked by shared pointers, with the playlists already rendered.
namespace shopcast::media {

/// Random for every stream (80 bits), so that no URL ever serves two contents.
struct StreamId : StrongId<StreamId, std::string> {
    using StrongId::StrongId;
};
/// 0, 1, 2.. inside a stream: a stretch of unchanged parameters and unbroken time.
struct EpochId : StrongId<EpochId, std::uint32_t> {
    using StrongId::StrongId;
};

struct Epoch {
    EpochId id;
    TrackSet tracks;
    Bytes init;  ///< ftyp + moov
};

struct Part {
    Ticks duration = 0;
    bool independent = false;  ///< contains an IDR picture, or audio alone
    bool gap = false;          ///< no media: GAP=YES, `bytes` is empty
    Slice bytes;
};

/// One media segment: the byte concatenation of its parts.
struct Segment {
    std::uint64_t msn = 0;  ///< media sequence number
    std::shared_ptr<const Epoch> epoch;
    bool discontinuity = false;  ///< EXT-X-DISCONTINUITY stands before it
    bool complete = false;
    bool gap = false;  ///< every part is a gap
    bool starts_independent = false;
    std::uint32_t video_frames = 0;
    Ticks start = 0;
    Ticks duration = 0;
    WallTime program_date_time{};
    std::vector<Part> parts;
    Slice bytes;  ///< all parts so far

    Ticks end() const { return start + duration; }
};

/// One text in the encodings we serve. Copies share their content, and any thread may read it.
class Text {
public:
    Text() = default;
    explicit Text(std::string plain);

    bool empty() const { return !content_; }
    const Bytes& plain() const;
    /// A complete gzip member, made when it is first asked for: most of many streams have nobody
    /// who watches, and each renders its playlists twice a second.
    const Bytes& gzip() const;

private:
    struct Content;
    std::shared_ptr<const Content> content_;  ///< null: empty
};

/// The part an EXT-X-PRELOAD-HINT names.
struct Hint {
    EpochId epoch;
    std::uint64_t msn = 0;
    std::uint32_t part = 0;

    friend bool operator==(const Hint&, const Hint&) = default;
};

struct RenditionSnapshot {
    std::string name;  ///< "src" is the encoder's own picture and sound
    /// Complete segments with consecutive numbers: first those that left the playlist but can
    /// still be fetched, then (from `listed_from`) those it lists.
    std::vector<std::shared_ptr<const Segment>> segments;
    std::size_t listed_from = 0;
    /// The segment that still grows; null when it has no part yet.
    std::shared_ptr<const Segment> open;
    std::vector<std::shared_ptr<const Epoch>> epochs;  ///< all that `segments` and `open` use
    std::uint64_t discontinuity_sequence = 0;          ///< of the first listed segment
    std::optional<Hint> hint;                          ///< none after the end
    Text playlist;
    /// The delta update (EXT-X-SKIP); empty while there is nothing to skip: serve the full one.
    Text delta;

    /// The number of the newest complete segment plus one: what `open` has or will have.
    std::uint64_t next_msn = 0;

    /// The segment of that number, open or complete, or null.
    const Segment* find(std::uint64_t msn) const;
};

struct StreamSnapshot {
    StreamId id;
    std::string channel;
    WallTime started_at{};
    std::optional<WallTime> ended_at;
    /// The encoder is away or silent: gaps instead of media, until it is back or the stream ends.
    bool interrupted = false;
    /// The playlists may be served. Before (the first segment is still growing) requests are held.
    bool ready = false;
    Milliseconds part_target{};  ///< PART-TARGET; zero until it is measured
    Milliseconds target_duration{};
    /// Every segment so far begins with an IDR picture.
    bool independent_segments = false;
    std::vector<RenditionSnapshot> renditions;  ///< today exactly one: "src"
    /// The multivariant playlist as /live/<channel>/index.m3u8 serves it (its URIs are relative
    /// to that place).
    Text multivariant;
    std::shared_ptr<const HealthReport> health;

    bool ended() const { return ended_at.has_value(); }
    const RenditionSnapshot* find(std::string_view rendition) const;
};

/// Where a stream's owner publishes. Called on the owner's thread, after every part.
class SnapshotSink {
public:
    virtual ~SnapshotSink() = default;
    virtual void publish(std::shared_ptr<const StreamSnapshot> snapshot) = 0;
};

}  // namespace shopcast::media
