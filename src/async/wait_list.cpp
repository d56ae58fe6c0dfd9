#include "async/wait_list.hpp"

namespace shopcast::async {

void WaitList::Waiter::await_suspend(std::coroutine_handle<> waiting) {
    waiting_ = waiting;
    list_.waiters_.push_back(*this);
}

WaitList::WaitList(Loop& loop) {
    loop.sweep(*this);
}

WaitList::~WaitList() {
    resume_all(waiters_, Outcome::Stopped);
}

void WaitList::wake_all() {
    resume_all(waiters_, Outcome::Woken);
}

void WaitList::on_sweep(SteadyTime now) {
    IntrusiveList<Waiter> walk;
    IntrusiveList<Waiter> late;
    walk.take_all(waiters_);
    while (Waiter* waiter = walk.front()) {
        (waiter->deadline_ <= now ? late : waiters_).push_back(*waiter);
    }
    resume_all(late, Outcome::TimedOut);
}

void WaitList::on_stop() {
    resume_all(waiters_, Outcome::Stopped);
}

void WaitList::resume_all(IntrusiveList<Waiter>& from, Outcome outcome) {
    // The list of those to resume is ours: they may wait again, destroy one another (which unlinks)
    // or destroy this WaitList, which is why nothing below touches it.
    IntrusiveList<Waiter> waiters;
    waiters.take_all(from);
    while (Waiter* waiter = waiters.pop_front()) {
        waiter->outcome_ = outcome;
        waiter->waiting_.resume();
    }
}

}  // namespace shopcast::async
