#pragma once

#include <coroutine>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "net/loop.hpp"

namespace shopcast::net {

/// Asks what lives on another loop: `co_await CallOn(here, there, work)` runs `work` on `there`'s
/// thread and goes on, on `here`'s (the caller's own), with what it returned. At once when both are
/// one loop. When `there` stops first nothing comes back: loops stop together, and `here` then
/// destroys the coroutine that waits.
template <typename Work>
class [[nodiscard]] CallOn {
public:
    using Value = std::invoke_result_t<Work&>;

    CallOn(Loop& here, Loop& there, Work work)
        : here_(here), there_(there), state_(std::make_shared<State>(std::move(work))) {}
    CallOn(const CallOn&) = delete;
    CallOn& operator=(const CallOn&) = delete;
    ~CallOn() { state_->waiting = nullptr; }

    bool await_ready() {
        if (&here_ != &there_) return false;
        state_->value.emplace(state_->work());
        return true;
    }
    void await_suspend(std::coroutine_handle<> waiting) {
        state_->waiting = waiting;
        there_.post([state = state_, &here = here_] {
            state->value.emplace(state->work());
            here.post([state] {
                if (state->waiting) state->waiting.resume();
            });
        });
    }
    Value await_resume() { return std::move(*state_->value); }

private:
    /// Outlives the coroutine when its loop gives up on it. `waiting` is `here`'s alone; `work` and
    /// `value` pass from `there` to `here` with the second post.
    struct State {
        explicit State(Work w) : work(std::move(w)) {}
        Work work;
        std::optional<Value> value;
        std::coroutine_handle<> waiting;
    };

    Loop& here_;
    Loop& there_;
    std::shared_ptr<State> state_;
};

}  // namespace shopcast::net
