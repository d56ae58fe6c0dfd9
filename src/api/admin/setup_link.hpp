#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "async/task.hpp"
#include "people/people.hpp"

namespace shopcast::api {

/// The link that makes its visitor the first admin. It goes to a file that only the server's user
/// can read, and to a terminal where one looks on; never into the log, nor into a journal that
/// keeps what the server prints. Outlives the loops.
class SetupLink {
public:
    /// `pages` is where people find the pages, "https://shop.example.com".
    SetupLink(people::People& people, std::filesystem::path file, std::string pages)
        : people_(people), file_(std::move(file)), pages_(std::move(pages)) {}

    /// While nobody is admin there is a link, a new one when the last has had its day; then removes
    /// the file. `loop` is the one on which make() is called.
    async::Task<void> offer(async::Loop& loop);
    /// One look: makes a link where there is none, or where it has had its day; one that could not
    /// be made is made at the next look.
    async::Task<void> look(async::Loop& loop);
    /// A new link; the older one stops working. Errors: SetupDone, Busy, Failed.
    async::Task<people::Answer<std::string>> make(async::Loop& loop);
    /// There is an admin. Any thread.
    void done() const;

    const std::string& pages() const { return pages_; }

private:
    void tell(const std::string& url) const;
    Result<void> write_file(const std::string& url) const;

    // Constant after construction.
    people::People& people_;
    const std::filesystem::path file_;
    const std::string pages_;

    std::optional<SteadyTime> made_at_;  ///< Of that loop.
};

}  // namespace shopcast::api
