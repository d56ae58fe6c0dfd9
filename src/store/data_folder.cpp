#include "store/data_folder.hpp"
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <iterator>
#include <string>
#include <system_error>

namespace shopcast::store {

Result<DataFolder> DataFolder::open(const std::filesystem::path& path) {
    std::error_code error;
    if (!std::filesystem::exists(path, error)) {
        std::filesystem::create_directories(path, error);
        if (error) {
            return fail(Errc::Config, "cannot create the data folder " + path.string() + ": " +
                                          error.message() + "; choose another with --data");
        }
        ::chmod(path.c_str(), 0700);
    }
    const std::string lock_path = (path / "lock").string();
    const int fd = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd == -1) return fail_errno("cannot open " + lock_path, errno);
    DataFolder folder(path, fd);

    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
        char holder[16] = {};
        const ssize_t length = ::pread(fd, holder, sizeof holder - 1, 0);
        return fail(Errc::Config,
                    "the data folder " + path.string() + " is in use by another shopcast" +
                        (length > 0 ? " (process " + std::string(holder) + ")" : std::string()) +
                        "; stop it or choose another folder with --data");
    }
    // SQLite makes files that others may read where the folder's maker lets them in.
    for (const char* suffix : {"", "-wal", "-shm"}) {
        ::chmod((folder.database().string() + suffix).c_str(), 0600);  // where there is one
    }
    const std::string pid = std::to_string(::getpid());
    if (::ftruncate(fd, 0) != 0 || ::pwrite(fd, pid.data(), pid.size(), 0) != std::ssize(pid)) {
        return fail_errno("cannot write " + lock_path, errno);
    }
    return folder;
}

DataFolder::DataFolder(DataFolder&& other) noexcept
    : path_(std::move(other.path_)), lock_fd_(std::exchange(other.lock_fd_, -1)) {}

DataFolder::~DataFolder() {
    ::close(lock_fd_);  // refuses the -1 of one that was moved from
}

}  // namespace shopcast::store
