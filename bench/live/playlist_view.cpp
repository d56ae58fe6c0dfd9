#include "playlist_view.hpp"

#include <charconv>

#include "base/text.hpp"
#include "wire/gzip.hpp"

namespace shopcast::bench {
namespace {

constexpr std::size_t playlist_bytes_max = 1 << 20;

/// The value of one attribute of a tag, without its quotes.
std::string_view attribute(std::string_view line, std::string_view name) {
    const std::size_t at = line.find(name);
    if (at == std::string_view::npos) return {};
    const std::string_view value = line.substr(at + name.size());
    if (value.starts_with('"')) return value.substr(1, value.find('"', 1) - 1);
    return value.substr(0, value.find(','));
}

double parse_seconds(std::string_view text) {
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

void read_part(PlaylistView& view, std::string_view line) {
    view.parts.push_back({.place = view.next,
                          .duration_s = parse_seconds(attribute(line, "DURATION=")),
                          .uri = std::string(attribute(line, "URI=")),
                          .gap = line.contains("GAP=YES")});
    ++view.next.part;
}

void read_tag(PlaylistView& view, std::string_view line) {
    const auto number = [&](std::string_view name) {
        return parse_int<std::uint64_t>(attribute(line, name)).value_or(0);
    };
    if (line.starts_with("#EXT-X-PART:")) {
        read_part(view, line);
    } else if (line.starts_with("#EXT-X-MEDIA-SEQUENCE:")) {
        view.next.msn = number("#EXT-X-MEDIA-SEQUENCE:");
    } else if (line.starts_with("#EXT-X-SKIP:")) {
        view.next.msn += number("SKIPPED-SEGMENTS=");
    } else if (line.starts_with("#EXT-X-SERVER-CONTROL:")) {
        view.can_skip = line.contains("CAN-SKIP-UNTIL=");
    } else if (line.starts_with("#EXT-X-PRELOAD-HINT:")) {
        view.hint_uri = attribute(line, "URI=");
    } else if (line.starts_with("#EXT-X-MAP:")) {
        view.map_uri = attribute(line, "URI=");
    } else if (line.starts_with("#EXT-X-ENDLIST")) {
        view.ended = true;
    }
}

}  // namespace

PlaylistView parse_playlist(std::string_view text) {
    PlaylistView view;
    view.readable = text.starts_with("#EXTM3U");
    bool names_variant = false;
    for (const std::string_view line : split(text, '\n')) {
        if (line.starts_with("#EXT-X-STREAM-INF:")) {
            names_variant = true;
        } else if (line.starts_with('#')) {
            read_tag(view, line);
        } else if (!line.empty() && names_variant) {
            if (view.variant_uri.empty()) view.variant_uri = line;
            names_variant = false;
        } else if (!line.empty()) {
            view.next = {.msn = view.next.msn + 1, .part = 0};
        }
    }
    return view;
}

std::shared_ptr<const PlaylistView> PlaylistCache::find(std::string_view body, bool gzip) {
    for (std::size_t back = 0; back < entries_.size(); ++back) {
        const Entry& entry = entries_[(newest_ + entries_.size() - back) % entries_.size()];
        if (entry.view && entry.body == body) return entry.view;
    }
    std::string plain(body);
    if (gzip) {
        const ByteSpan packed(reinterpret_cast<const std::byte*>(body.data()), body.size());
        const auto content = wire::gunzip(packed, playlist_bytes_max);
        plain.clear();
        if (content) {
            plain.assign(reinterpret_cast<const char*>(content->data()), content->size());
        }
    }
    newest_ = (newest_ + 1) % entries_.size();
    entries_[newest_] = {.body = std::string(body),
                         .view = std::make_shared<const PlaylistView>(parse_playlist(plain))};
    return entries_[newest_].view;
}

std::string resolve(std::string_view base_path, std::string_view uri) {
    if (uri.starts_with('/')) return std::string(uri);
    std::string_view folder = base_path.substr(0, base_path.rfind('/'));
    while (uri.starts_with("../")) {
        uri.remove_prefix(3);
        folder = folder.substr(0, folder.rfind('/'));
    }
    return std::string(folder) + "/" + std::string(uri);
}

}  // namespace shopcast::bench
