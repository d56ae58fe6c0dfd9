#pragma once

/// What the allocator keeps of what it was given back. A flood of requests takes hundreds of MiB
/// for a second; by itself glibc keeps most of it, in as many arenas as there are threads.
namespace shopcast::ops {

/// Before any other thread: large blocks become mappings of their own, which go when they are
/// freed, and small ones share few arenas.
void bound_heap();

/// Gives the pages of free blocks back where there are many of them. Any thread; takes some 20 ms
/// for each 100 MiB that go, in which whoever wants a block of the same arena waits. True: it did.
bool give_back_heap();

}  // namespace shopcast::ops
