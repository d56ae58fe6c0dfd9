#include "shop/catalogue/bilingual.hpp"

namespace shopcast::shop {

std::string to_sku_name(const Bilingual& product, const Bilingual& option) {
    const auto with = [](const std::string& name, const std::string& what) {
        return what.empty() ? name : name + " / " + what;
    };
    return with(product.ko, option.ko) + '\n' + with(product.en, option.en);
}

Bilingual from_sku_name(std::string_view name) {
    const std::size_t end = name.find('\n');
    if (end == std::string_view::npos) return {std::string(name), std::string(name)};
    return {std::string(name.substr(0, end)), std::string(name.substr(end + 1))};
}

}  // namespace shopcast::shop
