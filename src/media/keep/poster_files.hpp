#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.hpp"
#include "media/live/snapshot.hpp"

namespace shopcast::media {

/// The channels' last posters on disk: FOLDER/<channel>.<stream>.<number>.jpg. Every call waits
/// for the disk.
struct PosterFile {
    std::string channel;
    StreamId stream;
    std::uint64_t number = 0;

    /// Neither channels nor streams have a dot in their names.
    std::string name() const;
    static std::optional<PosterFile> from_name(std::string_view name);
};

/// All posters in `folder`, the one written last at the end. Creates the folder, and removes what a
/// crash left half written. Errors: Full, Io.
Result<std::vector<PosterFile>> list_poster_files(const std::filesystem::path& folder);

/// Errors: Io, Malformed (empty, or larger than limits::poster_bytes_max).
Result<Bytes> read_poster_file(const std::filesystem::path& folder, const PosterFile& file);

/// The file is there whole or not at all. Errors: Full, Io.
Result<void> write_poster_file(const std::filesystem::path& folder, const PosterFile& file,
                               ByteSpan jpeg);

void remove_poster_file(const std::filesystem::path& folder, const PosterFile& file);

}  // namespace shopcast::media
