#include "async/loop.hpp"
#include <pthread.h>
#include <signal.h>

#include <boost/asio/post.hpp>

#include <utility>

#include "async/asio_loop.hpp"
#include "async/limits.hpp"
#include "base/check.hpp"
#include "base/log.hpp"

namespace shopcast::async {
namespace {

thread_local const Loop* current_loop = nullptr;

/// While stopping, what is created late must be ended soon too.
constexpr auto stopping_sweep_interval = std::chrono::milliseconds(10);

}  // namespace

struct RootPromise : ListHook {
    RootPromise(Loop::Impl& owner, const Task<void>& /*task*/) : loop(owner) {
        loop.tasks.push_back(*this);
        ++loop.tasks_count;
    }
    ~RootPromise() {
        unlink();
        loop.task_ended();
    }
    auto get_return_object() { return std::coroutine_handle<RootPromise>::from_promise(*this); }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const {}
    void unhandled_exception() const noexcept { detail::exception_escaped(); }

    Loop::Impl& loop;
};

}  // namespace shopcast::async

template <>
struct std::coroutine_traits<std::coroutine_handle<shopcast::async::RootPromise>,
                             shopcast::async::Loop::Impl&, shopcast::async::Task<void>> {
    using promise_type = shopcast::async::RootPromise;
};

namespace shopcast::async {
namespace {

std::coroutine_handle<RootPromise> make_root(Loop::Impl& /*owner*/, Task<void> task) {
    co_await std::move(task);
}

/// Resumes a coroutine at the loop's next turn.
class NextTurn {
public:
    explicit NextTurn(Loop::Impl& impl) : impl_(impl) {}
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting) const {
        boost::asio::post(impl_.io, [waiting] { waiting.resume(); });
    }
    void await_resume() const noexcept {}

private:
    Loop::Impl& impl_;
};

/// One sleeping coroutine; on the sweep list only so that stop() can end it.
class Sleeper final : public Swept {
public:
    explicit Sleeper(Loop& loop) : timer_(loop.impl().io) { loop.sweep(*this); }
    auto wait(Milliseconds duration) {
        timer_.expires_after(duration);
        return IoAwaiter([this](auto completion) { timer_.async_wait(completion); });
    }
    void on_sweep(SteadyTime /*now*/) override {}
    void on_stop() override { timer_.cancel(); }

private:
    decltype(Loop::Impl::sweep_timer) timer_;
};

}  // namespace

Loop::Impl::Impl(std::string loop_name) : name(std::move(loop_name)) {}

Loop::Impl::~Impl() {
    destroy_tasks();
}

void Loop::Impl::arm_sweep() {
    sweep_timer.expires_after(stopping ? Milliseconds(stopping_sweep_interval)
                                       : limits::sweep_interval);
    sweep_timer.async_wait([this](boost::system::error_code error) {
        if (error) return;
        sweep_all();
        arm_sweep();
    });
}

void Loop::Impl::sweep_all() {
    coarse_now = std::chrono::steady_clock::now();
    if (coarse_now >= stop_deadline) {
        log::warning("loop.stop_overran", {{"loop", name}, {"tasks", tasks_count}});
        io.stop();
        return;
    }
    // Walks a list of its own: what is swept may unlink, destroy or add any entry.
    IntrusiveList<Swept> walk;
    walk.take_all(swept);
    const bool ends = stopping;
    while (Swept* item = walk.front()) {
        swept.push_back(*item);
        if (ends) {
            item->on_stop();
        } else {
            item->on_sweep(coarse_now);
        }
    }
}

void Loop::Impl::begin_stop() {
    if (stop_deadline != SteadyTime::max()) return;
    stop_deadline = std::chrono::steady_clock::now() + limits::loop_stop_timeout;
    sweep_timer.cancel();
    sweep_all();
    arm_sweep();
    if (tasks_count == 0) io.stop();
}

void Loop::Impl::task_ended() {
    --tasks_count;
    if (tasks_count == 0 && stop_deadline != SteadyTime::max()) io.stop();
}

void Loop::Impl::destroy_tasks() {
    while (RootPromise* task = tasks.front()) {
        std::coroutine_handle<RootPromise>::from_promise(*task).destroy();
    }
}

Loop::Loop(std::string name) : impl_(std::make_unique<Impl>(std::move(name))) {
    // sendfile to a peer that is gone raises it and, unlike sendmsg, has no flag against that.
    // Every write here looks at its error anyway.
    ::signal(SIGPIPE, SIG_IGN);
}

Loop::~Loop() {
    ENSURE(current_loop != this, "a loop is not destroyed from within");
}

void Loop::run() {
    ENSURE(current_loop == nullptr, "one loop a thread");
    current_loop = this;
    pthread_setname_np(pthread_self(), impl_->name.substr(0, 15).c_str());
    impl_->arm_sweep();
    impl_->io.run();
    impl_->destroy_tasks();
    current_loop = nullptr;
}

void Loop::stop() {
    if (impl_->stopping.exchange(true)) return;
    boost::asio::post(impl_->io, [impl = impl_.get()] { impl->begin_stop(); });
}

bool Loop::is_stopping() const {
    return impl_->stopping;
}

void Loop::post(std::move_only_function<void()> work) {
    boost::asio::post(impl_->io, [work = std::move(work)]() mutable { work(); });
}

void Loop::spawn(Task<void> task) {
    const auto root = make_root(*impl_, std::move(task));
    boost::asio::post(impl_->io, [root] { root.resume(); });
}

bool Loop::is_current() const {
    return current_loop == this;
}

SteadyTime Loop::coarse_now() const {
    return impl_->coarse_now;
}

Task<void> Loop::sleep_for(Milliseconds duration) {
    // While stopping it only yields: a task that sleeps in a loop must not starve the stop.
    if (is_stopping()) {
        co_await yield();
        co_return;
    }
    Sleeper sleeper(*this);
    co_await sleeper.wait(duration);
}

Task<void> Loop::yield() {
    co_await NextTurn(*impl_);
}

void Loop::sweep(Swept& swept) {
    impl_->swept.push_back(swept);
}

}  // namespace shopcast::async
