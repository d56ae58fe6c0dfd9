#pragma once

#include <coroutine>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "async/loop.hpp"

namespace shopcast::async {

/// What a coroutine asks of another thread: co_await it, and it goes on, on its own loop, with the
/// answer. When the answer never comes (the other side stopped first) the coroutine is never
/// resumed: its loop, which then stops too, destroys it.
template <typename T>
class [[nodiscard]] Asked {
public:
    /// Called once, on any thread.
    using Done = std::move_only_function<void(T)>;

    /// `ask` is called when the coroutine waits. `here` is the coroutine's loop.
    Asked(Loop& here, std::move_only_function<void(Done)> ask)
        : here_(&here), ask_(std::move(ask)) {}
    /// The answer is known.
    explicit Asked(T value) { state_->value.emplace(std::move(value)); }
    Asked(const Asked&) = delete;
    Asked& operator=(const Asked&) = delete;
    ~Asked() { state_->waiting = nullptr; }

    bool await_ready() const { return state_->value.has_value(); }
    void await_suspend(std::coroutine_handle<> waiting) {
        state_->waiting = waiting;
        ask_([state = state_, here = here_](T value) {
            here->post([state, value = std::move(value)]() mutable {
                if (!state->waiting) return;
                state->value.emplace(std::move(value));
                state->waiting.resume();
            });
        });
    }
    T await_resume() { return std::move(*state_->value); }

private:
    /// Owned by the coroutine's thread; outlives the coroutine when its loop gives up on it.
    struct State {
        std::coroutine_handle<> waiting;
        std::optional<T> value;
    };

    Loop* here_ = nullptr;
    std::move_only_function<void(Done)> ask_;
    std::shared_ptr<State> state_ = std::make_shared<State>();
};

/// Asks what lives on another loop: `work` runs on `there`'s thread, and at once when that is
/// `here`, the coroutine's own.
template <typename Work>
Asked<std::invoke_result_t<Work&>> call_on(Loop& here, Loop& there, Work work) {
    using T = std::invoke_result_t<Work&>;
    if (&here == &there) return Asked<T>(work());
    return Asked<T>(here, [&there, work = std::move(work)](Asked<T>::Done answer) mutable {
        there.post(
            [work = std::move(work), answer = std::move(answer)]() mutable { answer(work()); });
    });
}

}  // namespace shopcast::async
