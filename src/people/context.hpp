#pragma once

#include <atomic>

#include "people/api_tokens.hpp"
#include "people/mail_outbox.hpp"
#include "people/password_hasher.hpp"
#include "people/principals.hpp"
#include "people/sessions.hpp"
#include "people/settings.hpp"
#include "people/throttle.hpp"
#include "store/readers.hpp"
#include "store/writer.hpp"
#include "wire/ip_address.hpp"

namespace shopcast::people {

/// What the parts of people/ that change accounts work with; everything outlives them.
struct Context {
    const Settings& settings;
    store::Writer& writer;
    store::Readers& readers;
    Random& random;
    const Clock& clock;
    PasswordHasher& hasher;
    Throttles& throttles;
    Principals& principals;
    Sessions& sessions;
    ApiTokens& tokens;
    MailOutbox& outbox;
    std::atomic<bool> setup_needed;  ///< There is no admin yet.
};

/// Whose share of readers and hashers something uses up: an account's, or that of the address that
/// nobody is signed in from.
inline std::string share_of(const AccountId& account) {
    return account.value;
}
inline std::string share_of(const std::string& address) {
    return wire::counted_as(address);
}
inline std::string share_of(const Actor& actor) {
    return actor.account ? share_of(*actor.account) : share_of(actor.address);
}
inline store::ReadFor read_for(const auto& whose) {
    return store::ReadFor::own(share_of(whose));
}

}  // namespace shopcast::people
