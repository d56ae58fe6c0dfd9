#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace shopcast::media {

class MemFile;

/// A page-aligned stretch of a MemFile that holds one segment. Its bytes are given back to the
/// system (a hole is punched) when the last reference dies, on whichever thread that happens.
class MemRegion {
public:
    explicit MemRegion(std::shared_ptr<const MemFile> file, std::uint64_t begin);
    ~MemRegion();
    MemRegion(const MemRegion&) = delete;
    MemRegion& operator=(const MemRegion&) = delete;

    int fd() const;
    std::uint64_t begin() const { return begin_; }

private:
    friend class MemFile;
    // Constant after construction.
    std::shared_ptr<const MemFile> file_;
    std::uint64_t begin_;
    // Written by the owner's thread; the destructor reads it after the last reference is gone.
    std::uint64_t end_;
};

/// Bytes of a part or a segment, ready for sendfile: `length` bytes at `offset` of `fd()`. The
/// bytes never change and stay readable as long as a copy of the slice lives. Any thread.
struct Slice {
    std::shared_ptr<const MemRegion> region;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;

    int fd() const { return region->fd(); }
    bool empty() const { return length == 0; }
    /// Copies the bytes out, for TLS, tests and the archive.
    Result<ByteVector> read() const;
};

/// An anonymous memory file (memfd) of one stream: segments are appended at ever-growing offsets,
/// so that no offset is ever used twice. Append from one thread; read from any.
class MemFile : public std::enable_shared_from_this<MemFile> {
public:
    /// Errors: Io.
    static Result<std::shared_ptr<MemFile>> create();
    ~MemFile();
    MemFile(const MemFile&) = delete;
    MemFile& operator=(const MemFile&) = delete;

    /// Starts the next segment behind all earlier ones; those take no more bytes.
    std::shared_ptr<MemRegion> begin_region();

    /// Appends `pieces` to `region` as one slice.
    /// REQUIRES: `region` is the latest of this file. Errors: Io (the system has no memory left).
    Result<Slice> append(const std::shared_ptr<MemRegion>& region,
                         std::span<const ByteSpan> pieces);

    int fd() const { return fd_; }
    /// Bytes the kernel holds for the file now (st_blocks): what the limits are about.
    std::uint64_t resident_bytes() const;

private:
    explicit MemFile(int fd) : fd_(fd) {}

    // Constant after construction.
    int fd_;
    // Owned by the appending thread.
    std::uint64_t end_ = 0;
};

}  // namespace shopcast::media
