#pragma once

#include <cstddef>

namespace shopcast::async {

/// A place in an IntrusiveList. It unlinks itself when it dies, so a destroyed coroutine frame
/// never leaves a dangling entry behind.
class ListHook {
public:
    ListHook() = default;
    ListHook(const ListHook&) = delete;
    ListHook& operator=(const ListHook&) = delete;
    ~ListHook() { unlink(); }

    bool is_linked() const { return next_ != this; }
    void unlink() {
        previous_->next_ = next_;
        next_->previous_ = previous_;
        previous_ = next_ = this;
    }

private:
    template <typename T>
    friend class IntrusiveList;

    ListHook* previous_ = this;
    ListHook* next_ = this;
};

/// A doubly linked list of objects that derive from ListHook and live elsewhere. Not thread-safe.
template <typename T>
class IntrusiveList {
public:
    bool empty() const { return !head_.is_linked(); }

    /// Takes `item` out of the list it may be in and appends it.
    void push_back(T& item) {
        ListHook& hook = item;
        hook.unlink();
        hook.previous_ = head_.previous_;
        hook.next_ = &head_;
        head_.previous_->next_ = &hook;
        head_.previous_ = &hook;
    }

    T* front() { return empty() ? nullptr : static_cast<T*>(head_.next_); }
    T* pop_front() {
        T* item = front();
        if (item != nullptr) static_cast<ListHook*>(item)->unlink();
        return item;
    }

    /// Moves everything in `other` to the end of this list, in constant time.
    void take_all(IntrusiveList& other) {
        if (other.empty()) return;
        ListHook* first = other.head_.next_;
        ListHook* last = other.head_.previous_;
        other.head_.next_ = other.head_.previous_ = &other.head_;
        first->previous_ = head_.previous_;
        head_.previous_->next_ = first;
        last->next_ = &head_;
        head_.previous_ = last;
    }

private:
    ListHook head_;
};

}  // namespace shopcast::async
