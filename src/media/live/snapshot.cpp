#include "media/live/snapshot.hpp"

#include <mutex>
#include <utility>

#include "wire/gzip.hpp"

namespace shopcast::media {

struct Text::Content {
    explicit Content(std::string text) : plain(std::move(text)) {}

    Bytes plain;
    mutable std::once_flag compressed;
    mutable Bytes gzip;  // written under `compressed`
};

namespace {

const Bytes no_bytes;

}  // namespace

Text::Text(std::string plain) : content_(std::make_shared<const Content>(std::move(plain))) {}

const Bytes& Text::plain() const {
    return content_ ? content_->plain : no_bytes;
}

const Bytes& Text::gzip() const {
    if (!content_) return no_bytes;
    std::call_once(content_->compressed,
                   [this] { content_->gzip = Bytes(wire::gzip(content_->plain)); });
    return content_->gzip;
}

const Segment* RenditionSnapshot::find(std::uint64_t msn) const {
    if (open && open->msn == msn) return open.get();
    const std::uint64_t first = next_msn - segments.size();
    if (msn < first || msn >= next_msn) return nullptr;
    return segments[msn - first].get();
}

const RenditionSnapshot* StreamSnapshot::find(std::string_view rendition) const {
    for (const RenditionSnapshot& candidate : renditions) {
        if (candidate.name == rendition) return &candidate;
    }
    return nullptr;
}

}  // namespace shopcast::media
