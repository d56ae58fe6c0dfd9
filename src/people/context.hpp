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

}  // namespace shopcast::people
