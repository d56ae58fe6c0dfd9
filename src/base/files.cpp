#include "base/files.hpp"
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "base/limits.hpp"

namespace shopcast {
namespace {

constexpr std::string_view half_written_end = ".part";

}  // namespace

std::unexpected<Error> disk_failed(const std::string& what, int error_number) {
    auto error = fail_errno(what, error_number);
    if (error_number == ENOSPC || error_number == EDQUOT) error.error().code = Errc::Full;
    return error;
}

DiskFile::DiskFile(const std::filesystem::path& path, int flags)
    : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}

DiskFile::~DiskFile() {
    ::close(fd_);  // refuses the -1 of one that was given away, or never opened
}

Result<void> write_all(int fd, ByteSpan bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), bytes.size());
        if (written == -1 && errno == EINTR) continue;
        if (written == -1) return disk_failed("write a file", errno);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return {};
}

Result<std::string> read_all(int fd) {
    std::string text;
    std::array<char, 64 * limits::KiB> piece;  // filled by read, up to `got`
    for (;;) {
        const ssize_t got = ::read(fd, piece.data(), piece.size());
        if (got == -1 && errno == EINTR) continue;
        if (got == -1) return disk_failed("read a file", errno);
        if (got == 0) return text;
        text.append(piece.data(), static_cast<std::size_t>(got));
    }
}

Result<void> write_file(const std::filesystem::path& path,
                        const std::function<Result<void>(int fd)>& fill) {
    const DiskFile file(path, O_WRONLY | O_CREAT | O_TRUNC);
    if (file.fd() == -1) return disk_failed("create " + path.string(), errno);
    Result<void> done = fill(file.fd());
    if (done && ::fsync(file.fd()) != 0) done = disk_failed("sync " + path.string(), errno);
    if (!done) ::unlink(path.c_str());
    return done;
}

Result<void> sync_folder(const std::filesystem::path& folder) {
    const DiskFile file(folder, O_RDONLY | O_DIRECTORY);
    if (file.fd() == -1) return disk_failed("open " + folder.string(), errno);
    if (::fsync(file.fd()) != 0) return disk_failed("sync " + folder.string(), errno);
    return {};
}

std::filesystem::path half_written(const std::filesystem::path& path) {
    std::filesystem::path part = path;
    part += half_written_end;
    return part;
}

bool is_half_written(std::string_view name) {
    return name.ends_with(half_written_end);
}

Result<void> put_in_place(const std::filesystem::path& path) {
    std::error_code error;
    std::filesystem::rename(half_written(path), path, error);
    if (error) return disk_failed("rename " + half_written(path).string(), error.value());
    return sync_folder(path.parent_path());
}

Result<void> write_durably(const std::filesystem::path& path, ByteSpan bytes) {
    TRY_VOID(write_file(half_written(path), [bytes](int fd) { return write_all(fd, bytes); }));
    return put_in_place(path);
}

Result<std::vector<FolderEntry>> list_folder(const std::filesystem::path& folder) {
    namespace fs = std::filesystem;
    std::error_code error;
    fs::directory_iterator at(folder, error);
    std::vector<FolderEntry> out;
    for (; !error && at != fs::directory_iterator(); at.increment(error)) {
        std::error_code gone;
        const auto written = at->last_write_time(gone);
        if (!gone) out.push_back({at->path().filename().string(), written});
    }
    if (!error) return out;
    auto failure = disk_failed("read " + folder.string(), error.value());
    if (error == std::errc::no_such_file_or_directory) failure.error().code = Errc::NotFound;
    return failure;
}

}  // namespace shopcast
