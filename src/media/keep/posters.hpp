#pragma once

#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/mutex.hpp"
#include "base/result.hpp"
#include "media/keep/poster_files.hpp"
#include "media/limits.hpp"
#include "media/live/snapshot.hpp"

namespace shopcast::media {

/// A stream's picture at one moment. `number` is the media sequence number of the segment it is
/// from: it grows, also over a restart, so that stream and number never name two pictures.
struct Poster {
    StreamId stream;
    std::uint64_t number = 0;
    Bytes jpeg;
};

/// The newest posters of every channel, in memory for those who ask, and the last one of each on
/// disk, so that a channel whose show is over still has a picture after a restart.
///
/// Any thread. add(), find() and newest() never wait for the disk; load(), save() and keep_only()
/// do, and belong to one thread.
class Posters {
public:
    using Ref = std::shared_ptr<const Poster>;

    explicit Posters(std::filesystem::path folder);

    /// Takes over what another process left of `channels`; files of others are removed.
    /// REQUIRES: nothing was added. Errors: Full, Io.
    Result<void> load(const std::vector<std::string>& channels);

    /// Beyond limits::posters_of_channel_max the channel's oldest goes, whichever stream it shows.
    void add(const std::string& channel, Poster poster);
    /// Brings the channel's newest poster to the disk, in the place of the one before. Errors:
    /// Full, Io; the one before stays.
    Result<void> save(const std::string& channel);
    /// The same for all channels. Errors: the last one's.
    Result<void> save_all();

    /// Of these channels alone: the others were removed, and their posters go, files and all. Gives
    /// how many channels' did.
    std::size_t keep_only(const std::vector<std::string>& channels);

    /// Null for what is not, or no longer, there; asking leaves no trace.
    Ref find(const StreamId& stream, std::uint64_t number) const;
    Ref newest(std::string_view channel) const;

private:
    struct Shelf {
        std::deque<Ref> posters;  ///< newest last; never empty
        std::uint64_t turn = 0;   ///< grows with each poster, of any channel
    };
    using Shelves = std::map<std::string, Shelf, std::less<>>;

    void put(const std::string& channel, Ref poster) REQUIRES_LOCK(mutex_);
    void forget(const Ref& poster) REQUIRES_LOCK(mutex_);

    // Constant after construction.
    std::filesystem::path folder_;
    // Owned by the thread that loads and saves.
    std::map<std::string, PosterFile, std::less<>> files_;  // of each channel

    mutable Mutex mutex_;
    Shelves shelves_ GUARDED_BY(mutex_);
    std::map<std::pair<StreamId, std::uint64_t>, Ref> by_address_ GUARDED_BY(mutex_);
    std::uint64_t turn_ GUARDED_BY(mutex_) = 0;
};

}  // namespace shopcast::media
