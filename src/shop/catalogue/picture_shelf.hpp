#pragma once

#include <array>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "async/asked.hpp"
#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/fair_queue.hpp"
#include "base/mutex.hpp"
#include "base/result.hpp"
#include "picture/still_jpegs.hpp"
#include "shop/catalogue/product.hpp"
#include "shop/limits.hpp"

namespace shopcast::shop {

/// The files of products' pictures: a folder each, a JPEG for each width in it. What is in them
/// never changes, for a picture's id is made of its bytes. Has them drawn, one after another and
/// the shops in turns, and writes them on a thread of its own.
class PictureShelf {
public:
    static constexpr std::array<std::uint32_t, 3> widths{160, 480, 960};
    /// picture/decoder.hpp; picture/still_jpegs.hpp itself in tests. On this object's thread.
    using Draw =
        std::function<Result<picture::Stills>(ByteSpan upload, std::span<const std::uint32_t>)>;

    PictureShelf(std::filesystem::path folder, Draw draw);
    /// What waits is dropped: its coroutines end with their loops.
    ~PictureShelf();
    PictureShelf(const PictureShelf&) = delete;
    PictureShelf& operator=(const PictureShelf&) = delete;

    /// Draws an upload and keeps it, durably. The same bytes in the same shop are the same picture.
    /// Errors: Busy (limits::picture_uploads_max wait, or so many of that shop), Io, and those of
    /// drawing it.
    async::Asked<Result<PictureRef>> put(async::Loop& loop, std::string shop, Bytes upload);

    /// Where a picture of that width would be; empty: there is no such width, or the id is none.
    std::filesystem::path file_of(std::string_view id, std::uint32_t width) const;

    /// Nobody knows these pictures any more: their files go, soon, unless they have been uploaded
    /// again meanwhile. Any thread.
    void forget(std::vector<std::string> ids);
    /// Before there is a shelf: removes what a crash left half written in its folder, and the
    /// pictures that `is_known` knows nothing of. What cannot be removed stays. Errors: Io.
    static Result<std::size_t> remove_strays(
        const std::filesystem::path& folder,
        const std::function<bool(const std::string& id)>& is_known);

private:
    using Job = std::move_only_function<void()>;
    Result<PictureRef> keep(const std::string& shop, const Bytes& upload) const;
    bool enqueue(const std::string& shop, Job job);
    void remove_forgotten(const std::vector<std::string>& ids) const;
    void thread_main();

    // Constant after construction.
    const std::filesystem::path folder_;
    const Draw draw_;

    Mutex mutex_;
    std::condition_variable_any changed_;
    FairQueue<Job> queue_ GUARDED_BY(mutex_){
        {.all_max = limits::picture_uploads_max, .each_max = limits::picture_uploads_of_shop_max}};
    std::vector<std::string> forgotten_ GUARDED_BY(mutex_);
    bool stopping_ GUARDED_BY(mutex_) = false;

    std::thread thread_;
};

}  // namespace shopcast::shop
