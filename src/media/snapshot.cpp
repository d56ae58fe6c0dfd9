#include "media/snapshot.hpp"

namespace shopcast::media {

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
