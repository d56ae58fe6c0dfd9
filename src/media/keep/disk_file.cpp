#include "media/keep/disk_file.hpp"
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/limits.hpp"

namespace shopcast::media {

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

void sync_folder(const std::filesystem::path& folder) {
    const DiskFile file(folder, O_RDONLY | O_DIRECTORY);
    (void)::fsync(file.fd());
}

}  // namespace shopcast::media
