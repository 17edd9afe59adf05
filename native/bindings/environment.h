// What the addon keeps per JavaScript environment: the way onto its thread, and the queries to end with it.
#pragma once

#include <napi.h>

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "engine/query.h"
#include "neighbors/parallel_task.h"

namespace spillway::bindings {

// Calls from any thread that are to run on the environment's JavaScript thread. Outlives the environment: what is
// posted afterwards is dropped.
class Mailbox {
 public:
  explicit Mailbox(Napi::Env env);

  void post(std::function<void(Napi::Env)> call);  // any thread
  void deliver(Napi::Env env);                     // JavaScript's thread: runs what was posted
  void close();                                    // JavaScript's thread: the environment ends

  // While held, pending work keeps the process alive; otherwise it may exit. JavaScript's thread only.
  void hold();
  void release();

 private:
  std::mutex mutex_;
  std::vector<std::function<void(Napi::Env)>> calls_;  // guarded by mutex_
  bool scheduled_ = false;                             // guarded by mutex_
  bool closed_ = false;                                // guarded by mutex_
  napi_env env_;
  napi_threadsafe_function function_ = nullptr;
  u32 holds_ = 0;
};

// Queries that are cancelled and joined when their environment ends. JavaScript's thread only.
class LiveQueries {
 public:
  void add(std::shared_ptr<Query> query);
  void end_all();

 private:
  std::vector<std::shared_ptr<Query>> queries_;
};

// Tasks that are cancelled and waited for when their environment ends. JavaScript's thread only.
class LiveTasks {
 public:
  void add(std::shared_ptr<ParallelTask> task);
  void end_all();

 private:
  std::vector<std::shared_ptr<ParallelTask>> tasks_;
};

class Environment {
 public:
  static Environment& of(Napi::Env env);
  static void install(Napi::Env env);

  explicit Environment(Napi::Env env) : mailbox(std::make_shared<Mailbox>(env)) {}

  const std::shared_ptr<Mailbox> mailbox;
  LiveQueries live;
  LiveTasks tasks;

 private:
  void tear_down();
};

}  // namespace spillway::bindings
