#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/random.hpp"

namespace shopcast::simulation {

/// A disk in memory that forgets what was not synced when its power goes: a SQLite VFS, the default
/// one while it exists. Writes after the latest sync survive a cut whole, in part or not at all, in
/// no order, as on a real disk with a cache. One connection at a time; not thread-safe.
class PowerCutDisk {
public:
    PowerCutDisk();
    ~PowerCutDisk();
    PowerCutDisk(const PowerCutDisk&) = delete;
    PowerCutDisk& operator=(const PowerCutDisk&) = delete;

    /// The power goes at the `writes`-th write, truncate or sync from now, before it is done.
    void cut_after(std::int64_t writes) { cut_after_ = writes; }
    /// From now on every operation fails.
    void cut() { is_off_ = true; }
    bool is_off() const { return is_off_; }
    /// Decides what survived. REQUIRES: no file is open.
    void power_on(Random& random);

    /// Called at each sync: a slow disk lets time pass.
    std::function<void()> on_sync;
    /// A disk that says it has synced and has not.
    bool lies = false;
    std::int64_t syncs = 0;

    /// All files, as they are now; synced. For starting many disks with the same content.
    using Image = std::map<std::string, ByteVector>;
    Image image() const;
    void load(const Image& image);

private:
    friend struct DiskVfs;
    struct Write {
        std::int64_t offset;
        ByteVector bytes;
        std::optional<std::int64_t> truncate_to;
    };
    struct File {
        ByteVector synced;
        ByteVector now;
        std::vector<Write> unsynced;
        void apply(ByteVector& content, const Write& write, std::size_t bytes) const;
    };
    /// False: the power is off.
    bool may_write();

    std::map<std::string, std::shared_ptr<File>> files_;
    std::vector<std::unique_ptr<ByteVector>> shared_memory_;
    std::int64_t cut_after_ = -1;
    bool is_off_ = false;
    std::string name_;
    std::unique_ptr<sqlite3_vfs> vfs_;
};

}  // namespace shopcast::simulation
