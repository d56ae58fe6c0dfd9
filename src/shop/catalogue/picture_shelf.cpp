#include "shop/catalogue/picture_shelf.hpp"
#include <pthread.h>

#include <openssl/sha.h>

#include <algorithm>
#include <memory>

#include "base/files.hpp"
#include "base/text.hpp"
#include "shop/limits.hpp"

namespace shopcast::shop {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t id_bytes = 16;
constexpr std::size_t id_length = 26;  // of 16 bytes in base32

std::string id_of(const std::string& shop, const Bytes& upload) {
    std::array<std::byte, SHA256_DIGEST_LENGTH> digest{};
    std::string both = shop;
    both.push_back('\0');
    both += as_text(upload);
    ::SHA256(reinterpret_cast<const unsigned char*>(both.data()), both.size(),
             reinterpret_cast<unsigned char*>(digest.data()));
    return to_base32(ByteSpan(digest).first(id_bytes));
}

bool is_id(std::string_view text) {
    return text.size() == id_length && std::ranges::all_of(text, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '2' && c <= '7');
           });
}

}  // namespace

PictureShelf::PictureShelf(fs::path folder, Draw draw)
    : folder_(std::move(folder)), draw_(std::move(draw)), thread_([this] { thread_main(); }) {
    ::pthread_setname_np(thread_.native_handle(), "pictures");
}

PictureShelf::~PictureShelf() {
    std::deque<Job> dropped;
    {
        const Lock lock(mutex_);
        stopping_ = true;
        dropped.swap(queue_);
    }
    changed_.notify_all();
    thread_.join();
}

async::Asked<Result<PictureRef>> PictureShelf::put(async::Loop& loop, std::string shop,
                                                   Bytes upload) {
    using Asked = async::Asked<Result<PictureRef>>;
    return Asked(loop, [this, shop = std::move(shop),
                        upload = std::move(upload)](Asked::Done answer) mutable {
        auto shared = std::make_shared<Asked::Done>(std::move(answer));
        const bool queued =
            enqueue([this, shared, shop = std::move(shop), upload = std::move(upload)] {
                (*shared)(keep(shop, upload));
            });
        if (!queued) {
            (*shared)(fail(Errc::Busy, "other pictures are being drawn; try again in a second"));
        }
    });
}

fs::path PictureShelf::file_of(std::string_view id, std::uint32_t width) const {
    if (!is_id(id) || std::ranges::find(widths, width) == widths.end()) return {};
    return folder_ / id / (std::to_string(width) + ".jpg");
}

Result<PictureRef> PictureShelf::keep(const std::string& shop, const Bytes& upload) const {
    const picture::Stills stills = TRY(draw_(upload, widths));
    PictureRef ref{
        .id = id_of(shop, upload), .width = stills.size.width, .height = stills.size.height};
    const fs::path place = folder_ / ref.id;
    std::error_code failed;
    if (fs::exists(place, failed)) return ref;
    // Under another name until it is whole.
    const fs::path made = half_written(place);
    fs::create_directories(made, failed);
    if (failed) return disk_failed("make " + made.string(), failed.value());
    for (std::size_t i = 0; i < widths.size(); ++i) {
        const fs::path file = made / (std::to_string(widths[i]) + ".jpg");
        TRY_VOID(write_file(file, [&](int fd) { return write_all(fd, stills.jpegs[i]); }));
    }
    TRY_VOID(sync_folder(made));
    TRY_VOID(put_in_place(place));
    return ref;
}

bool PictureShelf::enqueue(Job job) {
    {
        const Lock lock(mutex_);
        if (queue_.size() >= limits::picture_uploads_max) return false;
        queue_.push_back(std::move(job));
    }
    changed_.notify_one();
    return true;
}

void PictureShelf::thread_main() {
    while (true) {
        Job job;
        {
            const Lock lock(mutex_);
            while (queue_.empty() && !stopping_) changed_.wait(mutex_);
            if (stopping_) return;
            job = std::move(queue_.front());
            queue_.pop_front();
        }
        job();
    }
}

}  // namespace shopcast::shop
