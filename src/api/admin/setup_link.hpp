#pragma once

#include <filesystem>
#include <string>

#include "async/task.hpp"
#include "people/people.hpp"

namespace shopcast::api {

/// The link that makes its visitor the first admin. It goes to standard output and to a file that
/// only the server's user can read, never into the log. Outlives the loops.
class SetupLink {
public:
    /// `pages` is where people find the pages, "https://shop.example.com".
    SetupLink(people::People& people, std::filesystem::path file, std::string pages)
        : people_(people), file_(std::move(file)), pages_(std::move(pages)) {}

    /// Prints a link while nobody is admin; removes an old one's file otherwise.
    async::Task<void> offer(async::Loop& loop);
    /// A new link; the older one stops working. Errors: SetupDone, Busy, Failed.
    async::Task<people::Answer<std::string>> make(async::Loop& loop);
    /// There is an admin. Any thread.
    void done() const;

    const std::string& pages() const { return pages_; }

private:
    Result<void> write_file(const std::string& url) const;

    // Constant after construction.
    people::People& people_;
    const std::filesystem::path file_;
    const std::string pages_;
};

}  // namespace shopcast::api
