#ifndef XOM_STORAGE_MUTEX_H_
#define XOM_STORAGE_MUTEX_H_

#include <pthread.h>

#include <cassert>
#include <condition_variable>
#include <mutex>

// Locks that a compiler can check and ThreadSanitizer can see (it does not see
// absl::Mutex). Under clang, -Wthread-safety proves what the annotations say;
// under gcc they are comments.
//
//   class Counter {
//    public:
//     void Add() {
//       MutexLock lock(mu_);
//       if (++count_ == 10) lock.NotifyOneAfter(changed_);
//     }
//     void AwaitTen() {  // one thread
//       MutexLock lock(mu_);
//       while (count_ < 10) changed_.Wait(mu_);
//     }
//    private:
//     Mutex mu_;
//     CondVar changed_;
//     int count_ XOM_GUARDED_BY(mu_) = 0;
//   };

#if defined(__clang__)
#define XOM_THREAD_ANNOTATION(x) __attribute__((x))
#else
#define XOM_THREAD_ANNOTATION(x)
#endif

#define XOM_CAPABILITY(name) XOM_THREAD_ANNOTATION(capability(name))
#define XOM_SCOPED_CAPABILITY XOM_THREAD_ANNOTATION(scoped_lockable)
// On a member: read and written only while the lock is held.
#define XOM_GUARDED_BY(mu) XOM_THREAD_ANNOTATION(guarded_by(mu))
#define XOM_PT_GUARDED_BY(mu) XOM_THREAD_ANNOTATION(pt_guarded_by(mu))
// On a function: the caller holds the lock (shared: at least for reading).
#define XOM_REQUIRES(mu) XOM_THREAD_ANNOTATION(requires_capability(mu))
#define XOM_REQUIRES_SHARED(mu) \
  XOM_THREAD_ANNOTATION(requires_shared_capability(mu))
// On a function: the caller does not hold the lock.
#define XOM_EXCLUDES(mu) XOM_THREAD_ANNOTATION(locks_excluded(mu))
// On a member: this lock is taken before, or after, those named.
#define XOM_ACQUIRED_BEFORE(...) \
  XOM_THREAD_ANNOTATION(acquired_before(__VA_ARGS__))
#define XOM_ACQUIRED_AFTER(...) \
  XOM_THREAD_ANNOTATION(acquired_after(__VA_ARGS__))
#define XOM_ACQUIRE(...) XOM_THREAD_ANNOTATION(acquire_capability(__VA_ARGS__))
#define XOM_RELEASE(...) XOM_THREAD_ANNOTATION(release_capability(__VA_ARGS__))
#define XOM_ACQUIRE_SHARED(...) \
  XOM_THREAD_ANNOTATION(acquire_shared_capability(__VA_ARGS__))
#define XOM_RELEASE_SHARED(...) \
  XOM_THREAD_ANNOTATION(release_shared_capability(__VA_ARGS__))
#define XOM_RELEASE_GENERIC(...) \
  XOM_THREAD_ANNOTATION(release_generic_capability(__VA_ARGS__))
// On a function the analysis cannot follow; say why beside it.
#define XOM_NO_THREAD_SAFETY_ANALYSIS \
  XOM_THREAD_ANNOTATION(no_thread_safety_analysis)

namespace xom::storage {

// Not recursive. Prefer MutexLock to calling Lock and Unlock.
class XOM_CAPABILITY("mutex") Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  void Lock() XOM_ACQUIRE() { mu_.lock(); }
  void Unlock() XOM_RELEASE() { mu_.unlock(); }

 private:
  friend class CondVar;
  std::mutex mu_;
};

// Wakes up spuriously: wait in a loop on what is waited for.
class CondVar {
 public:
  void Wait(Mutex& mu) XOM_REQUIRES(mu) {
    std::unique_lock<std::mutex> held(mu.mu_, std::adopt_lock);
    cv_.wait(held);
    held.release();
  }

  // Returns when notified or after `timeout` (a std::chrono duration).
  template <typename Duration>
  void WaitFor(Mutex& mu, Duration timeout) XOM_REQUIRES(mu) {
    std::unique_lock<std::mutex> held(mu.mu_, std::adopt_lock);
    cv_.wait_for(held, timeout);
    held.release();
  }

  void NotifyOne() { cv_.notify_one(); }
  void NotifyAll() { cv_.notify_all(); }

 private:
  std::condition_variable cv_;
};

// Holds the lock until it goes.
class XOM_SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mu) XOM_ACQUIRE(mu) : mu_(mu) { mu_.Lock(); }
  ~MutexLock() XOM_RELEASE() {
    mu_.Unlock();
    if (to_notify_ != nullptr) to_notify_->NotifyOne();
  }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

  // Notifies one who waits, once the lock is free: notified under it, they
  // would wait again, for the lock (docs/adr/0030). One CondVar for each lock.
  // Not a CondVar that its waiter destroys, which may be gone by then: notify
  // that one under the lock.
  void NotifyOneAfter(CondVar& changed) {
    assert(to_notify_ == nullptr || to_notify_ == &changed);
    to_notify_ = &changed;
  }

 private:
  Mutex& mu_;
  CondVar* to_notify_ = nullptr;
};

// Many readers or one writer. A writer that waits goes before new readers, so
// that a stream of readers cannot keep it out for ever, as std::shared_mutex
// would let them. So it is not recursive, not even for reading.
class XOM_CAPABILITY("shared mutex") SharedMutex {
 public:
  SharedMutex() {
    pthread_rwlockattr_t attributes;
    pthread_rwlockattr_init(&attributes);
    pthread_rwlockattr_setkind_np(&attributes,
                                  PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    pthread_rwlock_init(&mu_, &attributes);
    pthread_rwlockattr_destroy(&attributes);
  }
  ~SharedMutex() { pthread_rwlock_destroy(&mu_); }
  SharedMutex(const SharedMutex&) = delete;
  SharedMutex& operator=(const SharedMutex&) = delete;

  void Lock() XOM_ACQUIRE() { pthread_rwlock_wrlock(&mu_); }
  void Unlock() XOM_RELEASE() { pthread_rwlock_unlock(&mu_); }
  void LockShared() XOM_ACQUIRE_SHARED() { pthread_rwlock_rdlock(&mu_); }
  void UnlockShared() XOM_RELEASE_SHARED() { pthread_rwlock_unlock(&mu_); }

 private:
  pthread_rwlock_t mu_;
};

class XOM_SCOPED_CAPABILITY ReaderLock {
 public:
  explicit ReaderLock(SharedMutex& mu) XOM_ACQUIRE_SHARED(mu) : mu_(mu) {
    mu_.LockShared();
  }
  ~ReaderLock() XOM_RELEASE_GENERIC() { mu_.UnlockShared(); }
  ReaderLock(const ReaderLock&) = delete;
  ReaderLock& operator=(const ReaderLock&) = delete;

 private:
  SharedMutex& mu_;
};

class XOM_SCOPED_CAPABILITY WriterLock {
 public:
  explicit WriterLock(SharedMutex& mu) XOM_ACQUIRE(mu) : mu_(mu) { mu_.Lock(); }
  ~WriterLock() XOM_RELEASE() { mu_.Unlock(); }
  WriterLock(const WriterLock&) = delete;
  WriterLock& operator=(const WriterLock&) = delete;

 private:
  SharedMutex& mu_;
};

}  // namespace xom::storage

#endif  // XOM_STORAGE_MUTEX_H_
