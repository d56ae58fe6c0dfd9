#include "media/keep/recording.hpp"
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/files.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "media/cut/ticks.hpp"
#include "media/live/playlist.hpp"
#include "wire/m3u8.hpp"

namespace shopcast::media {
namespace {

constexpr std::string_view playlist_name = "index.m3u8";
constexpr std::size_t copied_at_once = 256 * limits::KiB;

Result<void> copy_all(int fd, const Slice& slice) {
    ByteVector buffer(std::min<std::uint64_t>(slice.length, copied_at_once));
    for (std::uint64_t done = 0; done < slice.length;) {
        const auto wanted = std::min<std::uint64_t>(buffer.size(), slice.length - done);
        const ssize_t got =
            ::pread(slice.fd(), buffer.data(), wanted, static_cast<off_t>(slice.offset + done));
        if (got == -1 && errno == EINTR) continue;
        if (got <= 0) return fail(Errc::Io, "the live memory file ends early");
        TRY_VOID(write_all(fd, ByteSpan(buffer).first(static_cast<std::size_t>(got))));
        done += static_cast<std::uint64_t>(got);
    }
    return {};
}

/// How much of a playlist is whole: up to its last segment's name, or its head.
std::size_t whole_length(std::string_view text) {
    const std::size_t name = text.rfind(".m4s\n");
    if (name != std::string_view::npos) return name + 5;
    constexpr std::string_view last_of_head = "#EXT-X-MEDIA-SEQUENCE:0\n";
    const std::size_t head = text.find(last_of_head);
    return head == std::string_view::npos ? 0 : head + last_of_head.size();
}

}  // namespace

Result<Recording> Recording::open(const std::filesystem::path& folder,
                                  Milliseconds target_duration) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) return disk_failed("create " + folder.string(), error.value());
    const std::filesystem::path path = folder / playlist_name;
    DiskFile file(path, O_RDWR | O_CREAT | O_APPEND);
    if (file.fd() == -1) return disk_failed("open " + path.string(), errno);
    const std::string text = TRY(read_all(file.fd()));
    const std::size_t whole = whole_length(text);
    if (::ftruncate(file.fd(), static_cast<off_t>(whole)) != 0) {
        return disk_failed("shorten " + path.string(), errno);
    }
    Recording recording(folder, file.release());
    if (whole == 0) {
        TRY_VOID(recording.write_playlist(wire::m3u8::render_recording_head(target_duration)));
    }
    TRY_VOID(sync_folder(folder));
    TRY_VOID(sync_folder(folder.parent_path()));
    return recording;
}

Recording::Recording(Recording&& other) noexcept
    : folder_(std::move(other.folder_)),
      playlist_fd_(std::exchange(other.playlist_fd_, -1)),
      epoch_(other.epoch_),
      broken_(other.broken_) {}

Recording::~Recording() {
    if (playlist_fd_ >= 0) ::close(playlist_fd_);
}

Result<void> Recording::append(const Segment& segment) {
    const bool was_broken = std::exchange(broken_, true);
    wire::m3u8::Segment line{.uri = segment_name(segment),
                             .duration = to_ns(segment.duration),
                             .discontinuity = segment.discontinuity || was_broken,
                             .gap = segment.gap,
                             .map_uri = {},
                             .program_date_time = segment.program_date_time,
                             .parts = {}};
    const std::string init = init_name(segment.epoch->id);
    if (epoch_ != segment.epoch->id) {
        TRY_VOID(write_file(folder_ / init,
                            [&](int fd) { return write_all(fd, segment.epoch->init.span()); }));
        line.map_uri = init;
    }
    if (!segment.gap) {
        TRY_VOID(
            write_file(folder_ / line.uri, [&](int fd) { return copy_all(fd, segment.bytes); }));
    }
    TRY_VOID(sync_folder(folder_));
    TRY_VOID(write_playlist(wire::m3u8::render_recorded_segment(line)));
    epoch_ = segment.epoch->id;
    broken_ = false;
    return {};
}

Result<void> Recording::end() {
    return write_playlist(wire::m3u8::recording_end);
}

Result<void> Recording::write_playlist(std::string_view text) {
    struct stat before{};
    if (::fstat(playlist_fd_, &before) != 0) return disk_failed("look at a recording", errno);
    Result<void> done = write_all(playlist_fd_, as_bytes(text));
    if (done && ::fdatasync(playlist_fd_) != 0) done = disk_failed("sync a recording", errno);
    // Half a line would spoil the next one.
    if (!done) (void)::ftruncate(playlist_fd_, before.st_size);
    return done;
}

void remove_recordings(const std::filesystem::path& folder,
                       std::filesystem::file_time_type before) {
    const auto found = list_folder(folder);
    if (!found) {
        if (found.error().code != Errc::NotFound) {
            log::warning("recording.not_listed", {{"reason", found.error().message}});
        }
        return;
    }
    for (const FolderEntry& entry : *found) {
        std::error_code error;
        const auto written =
            std::filesystem::last_write_time(folder / entry.name / playlist_name, error);
        if (error || written >= before) continue;
        const auto removed = std::filesystem::remove_all(folder / entry.name, error);
        log::info("recording.removed", {{"stream", entry.name}, {"files", removed}});
    }
}

}  // namespace shopcast::media
