#pragma once

#include <coroutine>
#include <functional>
#include <memory>
#include <string>

#include "async/intrusive_list.hpp"
#include "async/limits.hpp"
#include "async/task.hpp"
#include "base/clock.hpp"

namespace shopcast::async {

/// Something that looks at the clock now and then, 4 times a second: deadlines of thousands of
/// connections cost one walk over a list, not a timer for each operation.
class Swept : public ListHook {
public:
    virtual ~Swept() = default;
    /// `now` is the time of this walk. May resume coroutines and destroy this object.
    virtual void on_sweep(SteadyTime now) = 0;
    /// The loop stops: end whatever is waiting. May destroy this object.
    virtual void on_stop() = 0;
};

/// One thread's event loop over an io_context(1). Everything that belongs to a loop lives and dies
/// on its thread; other threads only post() and stop(). Objects on a loop (streams, listeners, wait
/// lists) are destroyed before it.
class Loop {
public:
    /// `name` becomes the thread's name while run() runs ("io-0").
    explicit Loop(std::string name);
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    /// Runs until stop(): then every stream is closed, every wait and sleep ends, and run() returns
    /// when the spawned tasks have ended. Tasks that have not after limits::loop_stop_timeout are
    /// destroyed and logged. Once in a Loop's life.
    void run();
    /// Any thread, any number of times.
    void stop();
    bool is_stopping() const;

    /// Any thread: runs `work` on this loop's thread, in order. Work posted after run() has
    /// returned is destroyed unrun.
    void post(std::move_only_function<void()> work);
    /// This loop's thread, or any thread before run(): starts `task` at the loop's next turn;
    /// nobody waits for it.
    void spawn(Task<void> task);

    /// The calling thread is the one in run().
    bool is_current() const;
    SteadyTime now() const { return std::chrono::steady_clock::now(); }
    /// The time of the last sweep, at most limits::sweep_interval ago: free to read.
    SteadyTime coarse_now() const;

    /// Ends early at stop().
    Task<void> sleep_for(Milliseconds duration);
    /// Lets everything else that is ready run first.
    Task<void> yield();

    /// This loop's thread, or before run(): has `swept` called until it is unlinked or destroyed.
    void sweep(Swept& swept);

    /// For async/*.cpp and net/*.cpp only: what wraps the io_context (async/asio_loop.hpp).
    struct Impl;
    Impl& impl() { return *impl_; }

private:
    std::unique_ptr<Impl> impl_;
};

}  // namespace shopcast::async
