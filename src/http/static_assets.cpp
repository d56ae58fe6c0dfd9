#include "http/static_assets.hpp"

#include <array>
#include <functional>
#include <unordered_map>

#include "http/encoding.hpp"

namespace shopcast::http {
namespace {

struct StringHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
        return std::hash<std::string_view>{}(text);
    }
};

struct Form {
    Bytes content;
    std::shared_ptr<const HeaderBlock> block;
};

struct Entry {
    std::array<Form, 3> forms;  // by Encoding
    EncodingChoice available;
};

std::shared_ptr<const HeaderBlock> make_block(const Asset& asset, const Bytes& content,
                                              Encoding encoding,
                                              const std::vector<Header>& headers) {
    std::vector<Header> lines = headers;
    lines.push_back({"Content-Type", asset.content_type});
    lines.push_back(
        {"Cache-Control", asset.immutable ? "public, max-age=31536000, immutable" : "no-cache"});
    if (encoding != Encoding::Identity) lines.push_back({"Content-Encoding", to_string(encoding)});
    if (!asset.gzip.empty() || !asset.brotli.empty()) lines.push_back({"Vary", "Accept-Encoding"});
    return HeaderBlock::make(lines, strong_etag(content));
}

}  // namespace

struct StaticAssets::Impl {
    std::unordered_map<std::string, Entry, StringHash, std::equal_to<>> entries;
};

StaticAssets::StaticAssets(std::vector<Asset> assets, std::vector<Header> headers)
    : impl_(std::make_unique<Impl>()) {
    for (Asset& asset : assets) {
        Entry entry;
        entry.available = {.gzip = !asset.gzip.empty(), .brotli = !asset.brotli.empty()};
        const auto add = [&](Encoding encoding, const Bytes& content) {
            entry.forms[static_cast<std::size_t>(encoding)] = {
                content, make_block(asset, content, encoding, headers)};
        };
        add(Encoding::Identity, asset.identity);
        if (entry.available.gzip) add(Encoding::Gzip, asset.gzip);
        if (entry.available.brotli) add(Encoding::Brotli, asset.brotli);
        impl_->entries.emplace(std::move(asset.path), std::move(entry));
    }
}

StaticAssets::~StaticAssets() = default;

bool StaticAssets::contains(std::string_view path) const {
    return impl_->entries.contains(path);
}

Response StaticAssets::serve(const Request& request, std::string_view path) const {
    const auto found = impl_->entries.find(path);
    if (found == impl_->entries.end()) {
        return Response::problem(404, "not_found", "There is no such file.");
    }
    const Entry& entry = found->second;
    const Encoding encoding =
        negotiate_encoding(request.header("Accept-Encoding"), entry.available);
    const Form& form = entry.forms[static_cast<std::size_t>(encoding)];
    return Response::bytes(form.block, form.content);
}

}  // namespace shopcast::http
