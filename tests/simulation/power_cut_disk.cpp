#include "power_cut_disk.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <type_traits>

namespace shopcast::simulation {

/// SQLite's tables of functions for one disk.
struct DiskVfs {
    struct Open {
        sqlite3_file base;
        PowerCutDisk* disk;
        std::shared_ptr<PowerCutDisk::File> file;
    };
    static Open& of(sqlite3_file* file) { return *reinterpret_cast<Open*>(file); }
    static PowerCutDisk& of(sqlite3_vfs* vfs) { return *static_cast<PowerCutDisk*>(vfs->pAppData); }

    static int close(sqlite3_file* file) {
        std::destroy_at(&of(file).file);
        return SQLITE_OK;
    }
    static int read(sqlite3_file* file, void* out, int count, sqlite3_int64 offset) {
        const Open& open = of(file);
        if (open.disk->is_off_) return SQLITE_IOERR_READ;
        const ByteVector& now = open.file->now;
        const auto size = static_cast<sqlite3_int64>(now.size());
        const auto there =
            static_cast<std::size_t>(std::clamp<sqlite3_int64>(size - offset, 0, count));
        if (there > 0) std::memcpy(out, now.data() + offset, there);
        const auto missing = static_cast<std::size_t>(count) - there;
        if (missing == 0) return SQLITE_OK;
        std::memset(static_cast<char*>(out) + there, 0, missing);
        return SQLITE_IOERR_SHORT_READ;
    }
    static int change(sqlite3_file* file, PowerCutDisk::Write write) {
        const Open& open = of(file);
        if (!open.disk->may_write()) return SQLITE_IOERR_WRITE;
        open.file->apply(open.file->now, write, write.bytes.size());
        open.file->unsynced.push_back(std::move(write));
        return SQLITE_OK;
    }
    static int write(sqlite3_file* file, const void* in, int count, sqlite3_int64 offset) {
        const auto* bytes = static_cast<const std::byte*>(in);
        return change(file, {offset, ByteVector(bytes, bytes + count), {}});
    }
    static int truncate(sqlite3_file* file, sqlite3_int64 size) {
        return change(file, {0, {}, size});
    }
    static int sync(sqlite3_file* file, int) {
        const Open& open = of(file);
        PowerCutDisk& disk = *open.disk;
        if (!disk.may_write()) return SQLITE_IOERR_FSYNC;
        ++disk.syncs;
        if (disk.on_sync) disk.on_sync();
        if (disk.lies) return SQLITE_OK;
        // The file's writes again, one by one: it is mostly a log that grows.
        for (const auto& write : open.file->unsynced) {
            open.file->apply(open.file->synced, write, write.bytes.size());
        }
        open.file->unsynced.clear();
        return SQLITE_OK;
    }
    static int size(sqlite3_file* file, sqlite3_int64* out) {
        *out = static_cast<sqlite3_int64>(of(file).file->now.size());
        return SQLITE_OK;
    }
    static int lock(sqlite3_file*, int) { return SQLITE_OK; }
    static int check_lock(sqlite3_file*, int* out) {
        *out = 0;
        return SQLITE_OK;
    }
    static int control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
    static int sector_size(sqlite3_file*) { return 4096; }
    static int characteristics(sqlite3_file*) { return 0; }

    // SQLite says volatile where it means memory that other processes may share.
    static int shm_map(sqlite3_file* file, int region, int bytes, int,
                       std::add_volatile_t<void>** out) {
        auto& memory = of(file).disk->shared_memory_;
        while (memory.size() <= static_cast<std::size_t>(region)) {
            memory.push_back(std::make_unique<ByteVector>(static_cast<std::size_t>(bytes)));
        }
        *out = memory[static_cast<std::size_t>(region)]->data();
        return SQLITE_OK;
    }
    static int shm_lock(sqlite3_file*, int, int, int) { return SQLITE_OK; }
    static void shm_barrier(sqlite3_file*) {}
    static int shm_unmap(sqlite3_file* file, int) {
        of(file).disk->shared_memory_.clear();
        return SQLITE_OK;
    }

    static int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* out, int flags,
                    int* out_flags);
    static int remove(sqlite3_vfs* vfs, const char* path, int) {
        if (!of(vfs).may_write()) return SQLITE_IOERR_DELETE;
        of(vfs).files_.erase(path);
        return SQLITE_OK;
    }
    static int access(sqlite3_vfs* vfs, const char* path, int, int* out) {
        *out = of(vfs).files_.contains(path) ? 1 : 0;
        return SQLITE_OK;
    }
    static int full_path(sqlite3_vfs*, const char* path, int size, char* out) {
        sqlite3_snprintf(size, out, "%s", path);
        return SQLITE_OK;
    }
    static int randomness(sqlite3_vfs*, int size, char* out) {
        std::memset(out, 7, static_cast<std::size_t>(size));  // the same in every run
        return size;
    }
    static int sleep(sqlite3_vfs*, int microseconds) { return microseconds; }
    static int time(sqlite3_vfs*, double* days) {
        *days = 2460000;
        return SQLITE_OK;
    }
};

namespace {

const sqlite3_io_methods io_methods{
    .iVersion = 2,
    .xClose = DiskVfs::close,
    .xRead = DiskVfs::read,
    .xWrite = DiskVfs::write,
    .xTruncate = DiskVfs::truncate,
    .xSync = DiskVfs::sync,
    .xFileSize = DiskVfs::size,
    .xLock = DiskVfs::lock,
    .xUnlock = DiskVfs::lock,
    .xCheckReservedLock = DiskVfs::check_lock,
    .xFileControl = DiskVfs::control,
    .xSectorSize = DiskVfs::sector_size,
    .xDeviceCharacteristics = DiskVfs::characteristics,
    .xShmMap = DiskVfs::shm_map,
    .xShmLock = DiskVfs::shm_lock,
    .xShmBarrier = DiskVfs::shm_barrier,
    .xShmUnmap = DiskVfs::shm_unmap,
};

}  // namespace

int DiskVfs::open(sqlite3_vfs* vfs, const char* path, sqlite3_file* out, int flags,
                  int* out_flags) {
    PowerCutDisk& disk = of(vfs);
    out->pMethods = nullptr;
    if (disk.is_off_) return SQLITE_CANTOPEN;
    auto file = std::make_shared<PowerCutDisk::File>();
    if (path != nullptr) {
        auto& kept = disk.files_[path];
        if (!kept) kept = file;
        file = kept;
    }
    std::construct_at(&of(out).file, std::move(file));
    of(out).disk = &disk;
    out->pMethods = &io_methods;
    if (out_flags != nullptr) *out_flags = flags;
    return SQLITE_OK;
}

PowerCutDisk::PowerCutDisk()
    : name_("power-cut-" + std::to_string(reinterpret_cast<std::uintptr_t>(this))),
      vfs_(std::make_unique<sqlite3_vfs>()) {
    *vfs_ = {.iVersion = 1,
             .szOsFile = sizeof(DiskVfs::Open),
             .mxPathname = 512,
             .zName = name_.c_str(),
             .pAppData = this,
             .xOpen = DiskVfs::open,
             .xDelete = DiskVfs::remove,
             .xAccess = DiskVfs::access,
             .xFullPathname = DiskVfs::full_path,
             .xRandomness = DiskVfs::randomness,
             .xSleep = DiskVfs::sleep,
             .xCurrentTime = DiskVfs::time};
    sqlite3_vfs_register(vfs_.get(), 1);
}

PowerCutDisk::~PowerCutDisk() {
    sqlite3_vfs_unregister(vfs_.get());
}

bool PowerCutDisk::may_write() {
    if (cut_after_ >= 0 && cut_after_-- == 0) is_off_ = true;
    return !is_off_;
}

void PowerCutDisk::File::apply(ByteVector& content, const Write& write, std::size_t bytes) const {
    if (write.truncate_to) {
        content.resize(static_cast<std::size_t>(*write.truncate_to));
        return;
    }
    const auto offset = static_cast<std::size_t>(write.offset);
    if (content.size() < offset + bytes) content.resize(offset + bytes);
    std::copy_n(write.bytes.begin(), bytes, content.begin() + write.offset);
}

void PowerCutDisk::power_on(Random& random) {
    for (auto& [path, file] : files_) {
        for (const Write& write : file->unsynced) {
            const std::uint64_t fate = random.u64() % 3;
            if (fate == 0) continue;
            const std::size_t size = write.bytes.size();
            file->apply(file->synced, write, fate == 1 || size == 0 ? size : random.u64() % size);
        }
        file->unsynced.clear();
        file->now = file->synced;
    }
    shared_memory_.clear();
    cut_after_ = -1;
    is_off_ = false;
}

PowerCutDisk::Image PowerCutDisk::image() const {
    Image image;
    for (const auto& [path, file] : files_) image[path] = file->now;
    return image;
}

void PowerCutDisk::load(const Image& image) {
    files_.clear();
    for (const auto& [path, content] : image) {
        files_[path] = std::make_shared<File>(File{.synced = content, .now = content});
    }
}

}  // namespace shopcast::simulation
