#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"

/// Files that survive a crash. Every call waits for the disk: never on an io thread.
namespace shopcast {

/// Failure of a system call on the disk: Full where it has no room left, else Io.
std::unexpected<Error> disk_failed(const std::string& what, int error_number);

/// A file's descriptor, closed at the end of a scope.
class DiskFile {
public:
    /// New files are the owner's alone (mode 0600).
    DiskFile(const std::filesystem::path& path, int flags);
    DiskFile(const DiskFile&) = delete;
    DiskFile& operator=(const DiskFile&) = delete;
    ~DiskFile();
    int fd() const { return fd_; }  ///< negative: it was not opened, errno says why
    int release() { return std::exchange(fd_, -1); }

private:
    int fd_;
};

/// Errors: Full, Io.
Result<void> write_all(int fd, ByteSpan bytes);
/// From where the file stands to its end. Errors: Io.
Result<std::string> read_all(int fd);
/// Writes a whole file by `fill` and waits until it is on the disk; a failure leaves none.
/// Errors: Full, Io, and what `fill` gives.
Result<void> write_file(const std::filesystem::path& path,
                        const std::function<Result<void>(int fd)>& fill);
/// A folder's new names are durable when the folder itself is synced. Errors: Full, Io.
Result<void> sync_folder(const std::filesystem::path& folder);
/// The name that is given to a file or a folder until it is whole.
std::filesystem::path half_written(const std::filesystem::path& path);
/// A crash left it behind.
bool is_half_written(std::string_view name);
/// Puts what was written under half_written(path) in its place, durably, whatever was there.
/// Errors: Full, Io.
Result<void> put_in_place(const std::filesystem::path& path);
/// The one way to keep a file: its bytes under another name, synced, put in place. After a crash it
/// is there whole, or it is what it was. Errors: Full, Io.
Result<void> write_durably(const std::filesystem::path& path, ByteSpan bytes);

/// Something in a folder.
struct FolderEntry {
    std::string name;
    std::filesystem::file_time_type written;
};
/// What is in `folder`, in no order; what vanishes meanwhile is left out. (The iterators of
/// std::filesystem throw where reading goes on and fails.) Errors: NotFound, Io.
Result<std::vector<FolderEntry>> list_folder(const std::filesystem::path& folder);

}  // namespace shopcast
