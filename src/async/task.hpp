#pragma once

#include <concepts>
#include <coroutine>
#include <optional>
#include <type_traits>
#include <utility>

#include "base/check.hpp"

namespace shopcast::async {

template <typename T = void>
class Task;

namespace detail {

/// Names the exception and aborts: modules report failures as Result, so none may escape.
[[noreturn]] void exception_escaped() noexcept;

struct PromiseBase {
    struct FinalAwaiter {
        bool await_ready() const noexcept { return false; }
        template <typename Promise>
        std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> done) const noexcept {
            return done.promise().continuation;
        }
        void await_resume() const noexcept {}
    };

    std::suspend_always initial_suspend() const noexcept { return {}; }
    FinalAwaiter final_suspend() const noexcept { return {}; }
    void unhandled_exception() const noexcept { exception_escaped(); }

    std::coroutine_handle<> continuation = std::noop_coroutine();
};

template <typename T>
struct Promise : PromiseBase {
    Task<T> get_return_object();
    template <std::convertible_to<T> U = T>
    void return_value(U&& value) {
        result.emplace(std::forward<U>(value));
    }
    std::optional<T> result;
};

template <>
struct Promise<void> : PromiseBase {
    Task<void> get_return_object();
    void return_void() const {}
};

}  // namespace detail

/// A lazy coroutine: it starts when it is awaited, by symmetric transfer, and its frame is freed as
/// soon as the awaiting side has the result. Loop::spawn starts one that nobody awaits.
///
/// A Task may also be made from a value: then there is no coroutine at all, and co_await gives the
/// value at once. That is how a plain function offers a cheap path beside a coroutine:
///     Task<int> f(bool hot) { if (hot) return 7; return slow_f(); }
///
/// Parameters of the coroutine are taken by value, or by reference to what outlives it. Never a
/// capturing lambda. One thread: a Task is awaited and destroyed where it was made.
template <typename T>
class [[nodiscard]] Task {
public:
    using promise_type = detail::Promise<T>;
    using Handle = std::coroutine_handle<promise_type>;

    template <std::convertible_to<T> U = T>
        requires(!std::same_as<std::remove_cvref_t<U>, Task>)
    Task(U&& value) : ready_(std::forward<U>(value)) {}  // NOLINT(google-explicit-constructor)
    explicit Task(Handle handle) : handle_(handle) {}
    Task(Task&& other) noexcept
        : handle_(std::exchange(other.handle_, {})), ready_(std::move(other.ready_)) {}
    Task& operator=(Task&&) = delete;
    ~Task() {
        if (handle_) handle_.destroy();
    }

    bool await_ready() const noexcept { return !handle_; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting) noexcept {
        handle_.promise().continuation = awaiting;
        return handle_;
    }
    T await_resume() {
        if (!handle_) {
            ENSURE(ready_.has_value(), "a Task is awaited once");
            return std::move(*ready_);
        }
        T out = std::move(*handle_.promise().result);
        std::exchange(handle_, {}).destroy();
        return out;
    }

private:
    Handle handle_;
    std::optional<T> ready_;
};

template <>
class [[nodiscard]] Task<void> {
public:
    using promise_type = detail::Promise<void>;
    using Handle = std::coroutine_handle<promise_type>;

    explicit Task(Handle handle) : handle_(handle) {}
    Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
    Task& operator=(Task&&) = delete;
    ~Task() {
        if (handle_) handle_.destroy();
    }

    /// A Task that has nothing to do.
    static Task done() { return Task(Handle{}); }

    bool await_ready() const noexcept { return !handle_; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting) noexcept {
        handle_.promise().continuation = awaiting;
        return handle_;
    }
    void await_resume() {
        if (handle_) std::exchange(handle_, {}).destroy();
    }

private:
    Handle handle_;
};

namespace detail {

template <typename T>
Task<T> Promise<T>::get_return_object() {
    return Task<T>(std::coroutine_handle<Promise<T>>::from_promise(*this));
}
inline Task<void> Promise<void>::get_return_object() {
    return Task<void>(std::coroutine_handle<Promise<void>>::from_promise(*this));
}

}  // namespace detail
}  // namespace shopcast::async
