#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <coroutine>
#include <string>

#include "async/loop.hpp"

/// What async/*.cpp and net/*.cpp share of Boost.Asio; no other module includes it (compile time,
/// and so that the library can be replaced in two folders).
namespace shopcast::async {

/// The frame of a spawned task; it takes itself off the loop's list when it ends.
struct RootPromise;

struct Loop::Impl {
    using Executor = boost::asio::io_context::executor_type;

    explicit Impl(std::string loop_name);
    ~Impl();
    void arm_sweep();
    void sweep_all();
    void begin_stop();
    void task_ended();
    void destroy_tasks();

    // Constant after construction.
    std::string name;

    // Owned by the loop's thread. Declared before `io`, so that what queued handlers own can still
    // leave these lists while the io_context destroys it.
    IntrusiveList<Swept> swept;
    IntrusiveList<RootPromise> tasks;
    std::size_t tasks_count = 0;
    SteadyTime coarse_now = std::chrono::steady_clock::now();
    SteadyTime stop_deadline = SteadyTime::max();

    // Any thread.
    std::atomic<bool> stopping = false;

    boost::asio::io_context io{1};
    boost::asio::executor_work_guard<Executor> work{io.get_executor()};
    boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                      boost::asio::wait_traits<std::chrono::steady_clock>, Executor>
        sweep_timer{io};
};

using AsioSocket =
    boost::asio::basic_stream_socket<boost::asio::generic::stream_protocol, Loop::Impl::Executor>;
using AsioDescriptor = boost::asio::posix::basic_stream_descriptor<Loop::Impl::Executor>;

/// What one asynchronous operation of Asio ended with.
struct IoOutcome {
    boost::system::error_code error;
    std::size_t transferred = 0;
};

/// Awaits one operation: no frame of Asio's own, only a handler that holds a pointer. `initiate` is
/// called with the completion handler.
template <typename Initiate>
class IoAwaiter {
public:
    explicit IoAwaiter(Initiate initiate) : initiate_(initiate) {}

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting) {
        waiting_ = waiting;
        initiate_(Completion{this});
    }
    IoOutcome await_resume() const noexcept { return outcome_; }

private:
    struct Completion {
        IoAwaiter* awaiter;
        void operator()(boost::system::error_code error, std::size_t transferred = 0) const {
            awaiter->outcome_ = {error, transferred};
            awaiter->waiting_.resume();
        }
    };

    Initiate initiate_;
    std::coroutine_handle<> waiting_;
    IoOutcome outcome_;
};

}  // namespace shopcast::async
