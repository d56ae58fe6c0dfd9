#include "media/live/mem_file.hpp"
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "base/check.hpp"

namespace shopcast::media {
namespace {

/// Regions begin on a page, so that punching one never touches bytes of its neighbour. 4 KiB is
/// the page of every machine we build for; a larger one would only keep a page a little longer.
constexpr std::uint64_t page_bytes = 4096;

/// iovec entries for one pwritev (IOV_MAX is 1024).
constexpr std::size_t pieces_per_write = 512;

std::uint64_t next_page(std::uint64_t offset) {
    return (offset + page_bytes - 1) / page_bytes * page_bytes;
}

/// Memory knows no interruptions: below 2 GiB one call moves everything, or memory has run out.
Result<void> write_all(int fd, std::span<const iovec> pieces, std::uint64_t bytes,
                       std::uint64_t offset) {
    const ssize_t written =
        ::pwritev(fd, pieces.data(), static_cast<int>(pieces.size()), static_cast<off_t>(offset));
    if (written == -1) return fail_errno("write to the live memory file", errno);
    if (std::cmp_not_equal(written, bytes)) {
        return fail(Errc::Io, "the live memory file takes no more bytes");
    }
    return {};
}

}  // namespace

MemRegion::MemRegion(std::shared_ptr<const MemFile> file, std::uint64_t begin)
    : file_(std::move(file)), begin_(begin), end_(begin) {}

MemRegion::~MemRegion() {
    if (end_ == begin_) return;
    // Whole pages, up to where the next region may begin. A failure costs memory until the file is
    // closed and nothing else, so there is nobody to tell.
    (void)::fallocate(file_->fd(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                      static_cast<off_t>(begin_), static_cast<off_t>(next_page(end_) - begin_));
}

int MemRegion::fd() const {
    return file_->fd();
}

Result<ByteVector> Slice::read() const {
    if (empty()) return ByteVector{};
    ByteVector out(length);
    const ssize_t got = ::pread(fd(), out.data(), length, static_cast<off_t>(offset));
    if (std::cmp_not_equal(got, length)) return fail(Errc::Io, "the live memory file ends early");
    return out;
}

Result<std::shared_ptr<MemFile>> MemFile::create() {
    const int fd = ::memfd_create("shopcast-live", MFD_CLOEXEC);
    if (fd == -1) return fail_errno("create a live memory file", errno);
    // The constructor is private to make create() the only way, and make_shared cannot reach it.
    struct Reachable : MemFile {
        explicit Reachable(int f) : MemFile(f) {}
    };
    return std::make_shared<Reachable>(fd);
}

MemFile::~MemFile() {
    ::close(fd_);
}

std::shared_ptr<MemRegion> MemFile::begin_region() {
    end_ = next_page(end_);
    return std::make_shared<MemRegion>(shared_from_this(), end_);
}

Result<Slice> MemFile::append(const std::shared_ptr<MemRegion>& region,
                              std::span<const ByteSpan> pieces) {
    ENSURE(region->end_ == end_ && region->file_.get() == this, "not the latest region");
    const std::uint64_t begin = end_;
    std::array<iovec, pieces_per_write> batch;
    while (!pieces.empty()) {
        std::size_t count = 0;
        std::uint64_t bytes = 0;
        for (; !pieces.empty() && count < batch.size(); pieces = pieces.subspan(1)) {
            if (pieces.front().empty()) continue;
            batch[count++] = {.iov_base = const_cast<std::byte*>(pieces.front().data()),
                              .iov_len = pieces.front().size()};
            bytes += pieces.front().size();
        }
        TRY_VOID(write_all(fd_, std::span(batch).first(count), bytes, end_));
        end_ += bytes;
        region->end_ = end_;
    }
    return Slice{.region = region, .offset = begin, .length = end_ - begin};
}

std::uint64_t MemFile::resident_bytes() const {
    struct stat status{};
    if (::fstat(fd_, &status) != 0) return 0;
    return static_cast<std::uint64_t>(status.st_blocks) * 512;
}

}  // namespace shopcast::media
