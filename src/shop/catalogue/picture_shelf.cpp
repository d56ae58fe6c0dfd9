#include "shop/catalogue/picture_shelf.hpp"
#include <pthread.h>

#include <openssl/sha.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "base/files.hpp"
#include "base/log.hpp"
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

/// What was kept so short a while ago belongs to an upload whose row is still on its way.
constexpr auto fresh_for = std::chrono::minutes(10);

bool is_fresh(const fs::path& place) {
    std::error_code failed;
    const auto kept = fs::last_write_time(place, failed);
    return !failed && fs::file_time_type::clock::now() - kept < fresh_for;
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
    {
        const Lock lock(mutex_);
        stopping_ = true;
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
        const bool queued = enqueue(shop, [this, shared, shop, upload = std::move(upload)] {
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
    for (const Bytes& jpeg : stills.jpegs) ref.bytes += std::ssize(jpeg);
    const fs::path place = folder_ / ref.id;
    std::error_code failed;
    if (fs::exists(place, failed)) {
        fs::last_write_time(place, fs::file_time_type::clock::now(), failed);
        return ref;
    }
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

void PictureShelf::forget(std::vector<std::string> ids) {
    {
        const Lock lock(mutex_);
        std::ranges::move(ids, std::back_inserter(forgotten_));
    }
    changed_.notify_one();
}

void PictureShelf::remove_forgotten(const std::vector<std::string>& ids) const {
    for (const std::string& id : ids) {
        const fs::path place = folder_ / id;
        if (!is_id(id) || is_fresh(place)) continue;
        std::error_code failed;
        fs::remove_all(place, failed);
        if (failed) log::warning("picture.not_removed", {{"reason", failed.message()}});
    }
}

Result<std::size_t> PictureShelf::remove_strays(
    const fs::path& folder, const std::function<bool(const std::string& id)>& is_known) {
    const auto found = list_folder(folder);
    if (!found && found.error().code == Errc::NotFound) return 0;  // nothing was ever uploaded
    if (!found) return std::unexpected(found.error());
    std::size_t removed = 0;
    for (const FolderEntry& entry : *found) {
        const bool is_stray =
            is_id(entry.name) ? !is_known(entry.name) : is_half_written(entry.name);
        std::error_code failed;
        if (is_stray && fs::remove_all(folder / entry.name, failed) > 0 && !failed) ++removed;
    }
    return removed;
}

bool PictureShelf::enqueue(const std::string& shop, Job job) {
    {
        const Lock lock(mutex_);
        if (!queue_.push(shop, job)) return false;
    }
    changed_.notify_one();
    return true;
}

void PictureShelf::thread_main() {
    while (true) {
        std::optional<FairQueue<Job>::Taken> taken;
        std::vector<std::string> forgotten;
        {
            const Lock lock(mutex_);
            while (queue_.size() == 0 && forgotten_.empty() && !stopping_) changed_.wait(mutex_);
            if (stopping_) return;
            taken = queue_.pop();
            forgotten.swap(forgotten_);
        }
        remove_forgotten(forgotten);
        if (!taken) continue;
        const SteadyTime began = std::chrono::steady_clock::now();
        taken->item();
        const Lock lock(mutex_);
        queue_.done(taken->name, std::chrono::steady_clock::now() - began);
    }
}

}  // namespace shopcast::shop
