#pragma once

#include <string>
#include <string_view>

namespace shopcast::shop {

/// A text as buyers of either language read it.
struct Bilingual {
    std::string ko;
    std::string en;

    bool empty() const { return ko.empty() && en.empty(); }
    friend bool operator==(const Bilingual&, const Bilingual&) = default;
};

/// What the allocator keeps as a sku's one name, and an order's line for ever: the product's name
/// and, behind " / ", the option's, Korean in the first line and English in the second.
std::string to_sku_name(const Bilingual& product, const Bilingual& option);
/// The two lines of it; a name of one line is in both languages.
Bilingual from_sku_name(std::string_view name);

}  // namespace shopcast::shop
