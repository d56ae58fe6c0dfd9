#include "media/keep/poster_files.hpp"
#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/files.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"

namespace shopcast::media {
namespace {

namespace fs = std::filesystem;

}  // namespace

std::string PosterFile::name() const {
    return channel + "." + stream.value + "." + std::to_string(number) + ".jpg";
}

std::optional<PosterFile> PosterFile::from_name(std::string_view name) {
    const auto words = split(name, '.');
    if (words.size() != 4 || words[3] != "jpg") return std::nullopt;
    const auto number = parse_int<std::uint64_t>(words[2]);
    if (!number) return std::nullopt;
    return PosterFile{.channel = std::string(words[0]),
                      .stream = StreamId(std::string(words[1])),
                      .number = *number};
}

Result<std::vector<PosterFile>> list_poster_files(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) return disk_failed("create " + folder.string(), error.value());
    std::vector<std::pair<fs::file_time_type, PosterFile>> found;
    for (const FolderEntry& entry : TRY(list_folder(folder))) {
        if (is_half_written(entry.name)) fs::remove(folder / entry.name, error);
        auto file = PosterFile::from_name(entry.name);
        if (file) found.emplace_back(entry.written, *std::move(file));
    }
    std::ranges::sort(found, {}, [](const auto& each) { return each.first; });
    std::vector<PosterFile> files;
    for (auto& [written, file] : found) files.push_back(std::move(file));
    return files;
}

Result<Bytes> read_poster_file(const fs::path& folder, const PosterFile& poster) {
    const fs::path path = folder / poster.name();
    const DiskFile file(path, O_RDONLY);
    if (file.fd() == -1) return disk_failed("open " + path.string(), errno);
    std::string bytes = TRY(read_all(file.fd()));
    if (bytes.empty() || bytes.size() > limits::poster_bytes_max) {
        return fail(Errc::Malformed, path.string() + " is no poster");
    }
    return Bytes(std::move(bytes));
}

Result<void> write_poster_file(const fs::path& folder, const PosterFile& file, ByteSpan jpeg) {
    return write_durably(folder / file.name(), jpeg);
}

void remove_poster_file(const fs::path& folder, const PosterFile& file) {
    std::error_code error;
    fs::remove(folder / file.name(), error);
}

}  // namespace shopcast::media
