#include "people/secret.hpp"

#include <openssl/sha.h>

#include <algorithm>
#include <cstring>

namespace shopcast::people {

SecretHash hash_of(std::string_view secret) {
    SecretHash hash;
    ::SHA256(reinterpret_cast<const unsigned char*>(secret.data()), secret.size(),
             reinterpret_cast<unsigned char*>(hash.data()));
    return hash;
}

Result<SecretHash> secret_hash_from(ByteSpan column) {
    SecretHash hash;
    if (column.size() != hash.size()) return fail(Errc::Malformed, "a stored hash is damaged");
    std::ranges::copy(column, hash.begin());
    return hash;
}

std::size_t SecretHashHash::operator()(const SecretHash& hash) const {
    std::size_t value;
    std::memcpy(&value, hash.data(), sizeof value);
    return value;
}

}  // namespace shopcast::people
