#pragma once

#include <filesystem>

#include "base/result.hpp"

namespace shopcast::store {

/// The one folder that holds everything a server keeps, locked for as long as this object lives.
class DataFolder {
public:
    /// Creates the folder when it is missing (mode 0700) and locks it. A database that is there
    /// already becomes its owner's alone; that new files do is for the process's umask.
    /// Errors: Config when another process holds it, naming its process id; Io.
    static Result<DataFolder> open(const std::filesystem::path& path);

    DataFolder(DataFolder&& other) noexcept;
    DataFolder& operator=(DataFolder&&) = delete;
    ~DataFolder();

    std::filesystem::path database() const { return path_ / "shopcast.db"; }
    std::filesystem::path recordings() const { return path_ / "recordings"; }
    /// The link for the first admin, while there is none.
    std::filesystem::path setup_link() const { return path_ / "setup-link"; }
    std::filesystem::path pictures() const { return path_ / "pictures"; }
    std::filesystem::path posters() const { return path_ / "posters"; }
    std::filesystem::path admin_socket() const { return admin_socket_in(path_); }
    static std::filesystem::path admin_socket_in(const std::filesystem::path& folder) {
        return folder / "admin.sock";
    }

private:
    DataFolder(std::filesystem::path path, int lock_fd)
        : path_(std::move(path)), lock_fd_(lock_fd) {}

    std::filesystem::path path_;
    int lock_fd_;
};

}  // namespace shopcast::store
