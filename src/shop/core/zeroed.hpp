#pragma once

#include <sys/mman.h>

#include <memory>
#include <new>
#include <type_traits>

namespace shopcast::shop {

struct Unmap {
    std::size_t bytes = 0;
    void operator()(void* memory) const { ::munmap(memory, bytes); }
};
template <typename T>
using Zeroed = std::unique_ptr<T[], Unmap>;

/// A large array of zeros that takes memory only where it is written: a constructor, or calloc
/// with memory that was used before, would touch all of it.
template <typename T>
Zeroed<T> zeroed(std::size_t count) {
    static_assert(std::is_trivially_copyable_v<T>);
    const std::size_t bytes = count * sizeof(T);
    void* memory =
        ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    return Zeroed<T>(static_cast<T*>(memory), Unmap{bytes});
}

}  // namespace shopcast::shop
