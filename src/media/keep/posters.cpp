#include "media/keep/posters.hpp"

#include <algorithm>
#include <set>

#include "media/limits.hpp"

namespace shopcast::media {

Posters::Posters(std::filesystem::path folder) : folder_(std::move(folder)) {}

Result<void> Posters::load(const std::vector<std::string>& channels) {
    const std::set<std::string> known(channels.begin(), channels.end());
    for (PosterFile& file : TRY(list_poster_files(folder_))) {
        auto jpeg = read_poster_file(folder_, file);
        if (!jpeg || !known.contains(file.channel)) {
            remove_poster_file(folder_, file);
            continue;
        }
        add(file.channel, {.stream = file.stream, .number = file.number, .jpeg = *std::move(jpeg)});
        // Two of a channel are what a crash between writing and removing leaves.
        const auto older = files_.find(file.channel);
        if (older != files_.end()) remove_poster_file(folder_, older->second);
        files_.insert_or_assign(file.channel, std::move(file));
    }
    return {};
}

void Posters::add(const std::string& channel, Poster poster) {
    auto ref = std::make_shared<const Poster>(std::move(poster));
    const Lock lock(mutex_);
    put(channel, std::move(ref));
    if (shelves_.size() <= limits::poster_channels_max) return;
    const auto oldest =
        std::ranges::min_element(shelves_, {}, [](const auto& each) { return each.second.turn; });
    for (const Ref& each : oldest->second.posters) forget(each);
    shelves_.erase(oldest);
}

void Posters::put(const std::string& channel, Ref poster) {
    Shelf& shelf = shelves_[channel];
    shelf.turn = ++turn_;
    by_address_.insert_or_assign({poster->stream, poster->number}, poster);
    shelf.posters.push_back(std::move(poster));
    if (shelf.posters.size() <= limits::posters_of_channel_max) return;
    forget(shelf.posters.front());
    shelf.posters.pop_front();
}

void Posters::forget(const Ref& poster) {
    by_address_.erase({poster->stream, poster->number});
}

Result<void> Posters::save(const std::string& channel) {
    const Ref poster = newest(channel);
    const auto older = files_.find(channel);
    if (!poster) {
        // It lost its place to others.
        if (older == files_.end()) return {};
        remove_poster_file(folder_, older->second);
        files_.erase(older);
        return {};
    }
    PosterFile file{.channel = channel, .stream = poster->stream, .number = poster->number};
    if (older == files_.end()) {
        TRY_VOID(write_poster_file(folder_, file, poster->jpeg));
        files_.emplace(channel, std::move(file));
        return {};
    }
    if (older->second.name() == file.name()) return {};
    TRY_VOID(write_poster_file(folder_, file, poster->jpeg));
    remove_poster_file(folder_, older->second);
    older->second = std::move(file);
    return {};
}

Result<void> Posters::save_all() {
    std::set<std::string> channels;
    for (const auto& [channel, file] : files_) channels.insert(channel);
    {
        const Lock lock(mutex_);
        for (const auto& [channel, shelf] : shelves_) channels.insert(channel);
    }
    Result<void> done;
    for (const std::string& channel : channels) {
        if (auto saved = save(channel); !saved) done = std::move(saved);
    }
    return done;
}

std::size_t Posters::keep_only(const std::vector<std::string>& channels) {
    const std::set<std::string> known(channels.begin(), channels.end());
    std::set<std::string> gone;
    {
        const Lock lock(mutex_);
        for (const auto& [channel, shelf] : shelves_) {
            if (known.contains(channel)) continue;
            for (const Ref& each : shelf.posters) forget(each);
            gone.insert(channel);
        }
        for (const std::string& channel : gone) shelves_.erase(channel);
    }
    for (const auto& [channel, file] : files_) {
        if (known.contains(channel)) continue;
        remove_poster_file(folder_, file);
        gone.insert(channel);
    }
    for (const std::string& channel : gone) files_.erase(channel);
    return gone.size();
}

Posters::Ref Posters::find(const StreamId& stream, std::uint64_t number) const {
    const Lock lock(mutex_);
    const auto found = by_address_.find({stream, number});
    return found == by_address_.end() ? nullptr : found->second;
}

Posters::Ref Posters::newest(std::string_view channel) const {
    const Lock lock(mutex_);
    const auto found = shelves_.find(channel);
    return found == shelves_.end() ? nullptr : found->second.posters.back();
}

}  // namespace shopcast::media
