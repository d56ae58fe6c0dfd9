#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace shopcast {

/// What kind of failure it is; the boundary maps it to a status, a log level or an answer.
enum class Errc {
    Malformed,     ///< Bytes or text that break their own format.
    TooLarge,      ///< A named limit was exceeded.
    Unsupported,   ///< Well-formed, but something shopcast does not carry.
    NotFound,      ///< No such channel, stream, file.
    Conflict,      ///< Exists already, or is in the wrong state.
    Unauthorized,  ///< Wrong or missing key.
    Timeout,       ///< The peer or a queue took longer than its limit.
    Closed,        ///< The peer or the owner went away; rarely worth a log line.
    Busy,          ///< A bounded queue is full; try again later.
    Full,          ///< The disk has no room left; nothing was saved.
    Io,            ///< The operating system said no; the message carries its words.
    Config,        ///< The operator's input is wrong; the message says what to write instead.
    Internal,      ///< shopcast itself did something wrong, and noticed.
};

std::string_view to_string(Errc code);

/// A failure on its way to the boundary that logs it once or answers with it.
/// Messages are sentences for a person: what was wrong and, where known, what to do.
struct [[nodiscard]] Error {
    Errc code;
    std::string message;

    /// The same error seen from one level higher: "`where`: message".
    Error in(std::string_view where) && {
        message.insert(0, ": ").insert(0, where);
        return std::move(*this);
    }
};

/// A transaction that failed with this has changed nothing, and that is certain: the disk is full,
/// or another program held the database.
inline bool is_undone(const Error& error) {
    return error.code == Errc::Full || error.code == Errc::Busy;
}

template <typename T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(Errc code, std::string message) {
    return std::unexpected(Error{code, std::move(message)});
}

/// Failure of a system call: "`what`: No such file or directory".
std::unexpected<Error> fail_errno(std::string_view what, int error_number);

}  // namespace shopcast

// TRY(expression) gives the value of a Result or returns its error from the enclosing function.
// Not for coroutines and never nested; CO_TRY and CO_CHECK are statements, one a line.
#define TRY(expr)                                                   \
    __extension__({                                                 \
        auto&& try_result_ = (expr);                                \
        if (!try_result_) [[unlikely]] {                            \
            return std::unexpected(std::move(try_result_).error()); \
        }                                                           \
        *std::move(try_result_);                                    \
    })
#define TRY_VOID(expr)                                              \
    do {                                                            \
        if (auto try_result_ = (expr); !try_result_) [[unlikely]] { \
            return std::unexpected(std::move(try_result_).error()); \
        }                                                           \
    } while (false)

#define SHOPCAST_JOIN_(a, b) a##b
#define SHOPCAST_JOIN(a, b) SHOPCAST_JOIN_(a, b)
#define CO_TRY_(var, tmp, expr)                            \
    auto tmp = (expr);                                     \
    if (!tmp) [[unlikely]]                                 \
        co_return std::unexpected(std::move(tmp).error()); \
    var = *std::move(tmp)
/// CO_TRY(auto packet, co_await session.read_packet());
#define CO_TRY(var, expr) CO_TRY_(var, SHOPCAST_JOIN(co_try_, __LINE__), expr)
/// CO_CHECK(co_await session.flush());
#define CO_CHECK(expr)                                                                         \
    if (auto SHOPCAST_JOIN(co_check_, __LINE__) = (expr); !SHOPCAST_JOIN(co_check_, __LINE__)) \
        [[unlikely]]                                                                           \
    co_return std::unexpected(std::move(SHOPCAST_JOIN(co_check_, __LINE__)).error())
