#pragma once

#include <coroutine>

#include "async/intrusive_list.hpp"
#include "async/loop.hpp"
#include "base/clock.hpp"

namespace shopcast::async {

/// Coroutines of one thread that wait for an event, each with a deadline:
///     const auto outcome = co_await edge.waiters.wait(loop.now() + 3s);
/// Deadlines are checked 4 times a second. A waiter costs no allocation: its entry lies in the
/// waiting coroutine's frame and leaves the list when that frame is destroyed.
class WaitList final : public Swept {
public:
    enum class Outcome {
        Woken,     ///< wake_all() was called after the wait began.
        TimedOut,  ///< The deadline passed first.
        Stopped,   ///< The loop stops or the list was destroyed.
    };

    class [[nodiscard]] Waiter : public ListHook {
    public:
        Waiter(WaitList& list, SteadyTime deadline) : list_(list), deadline_(deadline) {}
        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> waiting);
        Outcome await_resume() const { return outcome_; }

    private:
        friend class WaitList;
        WaitList& list_;
        SteadyTime deadline_;
        std::coroutine_handle<> waiting_;
        Outcome outcome_ = Outcome::Stopped;
    };

    explicit WaitList(Loop& loop);
    /// Waiters left go on with Stopped, from within the destructor.
    ~WaitList() override;

    Waiter wait(SteadyTime deadline) { return {*this, deadline}; }
    /// Resumes everyone who waits now, one after another, before it returns. Whoever waits again
    /// meanwhile waits for the next call. A resumed coroutine may destroy this list.
    void wake_all();
    bool empty() const { return waiters_.empty(); }

    void on_sweep(SteadyTime now) override;
    void on_stop() override;

private:
    static void resume_all(IntrusiveList<Waiter>& from, Outcome outcome);

    IntrusiveList<Waiter> waiters_;
};

}  // namespace shopcast::async
