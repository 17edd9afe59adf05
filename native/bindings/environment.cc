// One threadsafe function per environment; it never keeps the process alive unless someone waits for an answer.
#include "bindings/environment.h"

namespace spillway::bindings {
namespace {

void on_call(napi_env env, napi_value, void* context, void*) {
  if (env == nullptr) return;  // the environment is ending
  Napi::HandleScope scope(env);
  static_cast<Mailbox*>(context)->deliver(env);
}

}  // namespace

Mailbox::Mailbox(Napi::Env env) : env_(env) {
  napi_value name = Napi::String::New(env, "spillway");
  napi_status status =
      napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, nullptr, nullptr, this, on_call, &function_);
  NAPI_THROW_IF_FAILED_VOID(env, status);
  napi_unref_threadsafe_function(env, function_);
}

void Mailbox::post(std::function<void(Napi::Env)> call) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (closed_) return;
  calls_.push_back(std::move(call));
  if (scheduled_) return;
  scheduled_ = napi_call_threadsafe_function(function_, nullptr, napi_tsfn_nonblocking) == napi_ok;
}

void Mailbox::deliver(Napi::Env env) {
  std::vector<std::function<void(Napi::Env)>> calls;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    calls.swap(calls_);
    scheduled_ = false;
  }
  for (auto& call : calls) {
    try {
      call(env);
    } catch (const Napi::Error&) {
      // Only an environment that is being terminated refuses an answer; nobody waits for it any more.
    }
  }
}

void Mailbox::close() {
  std::vector<std::function<void(Napi::Env)>> dropped;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    closed_ = true;
    dropped.swap(calls_);
  }
  napi_release_threadsafe_function(function_, napi_tsfn_abort);
}

void Mailbox::hold() {
  if (holds_++ == 0) napi_ref_threadsafe_function(env_, function_);
}

void Mailbox::release() {
  if (--holds_ == 0) napi_unref_threadsafe_function(env_, function_);
}

Environment& Environment::of(Napi::Env env) { return *env.GetInstanceData<Environment>(); }

void Environment::install(Napi::Env env) {
  auto* environment = new Environment(env);
  env.SetInstanceData(environment);
  // Runs before the threadsafe function's own hook, which was added earlier, and before finalizers.
  napi_add_env_cleanup_hook(
      env, [](void* data) { static_cast<Environment*>(data)->tear_down(); }, environment);
}

void Environment::tear_down() {
  mailbox->close();
  live.end_all();
  tasks.end_all();
}

void LiveQueries::add(std::shared_ptr<Query> query) {
  std::erase_if(queries_, [](const std::shared_ptr<Query>& earlier) { return earlier->closed(); });
  queries_.push_back(std::move(query));
}

// Closing all before waiting for any: they end side by side.
void LiveQueries::end_all() {
  for (const auto& query : queries_) query->close();
  for (const auto& query : queries_) query->wait_closed();
  queries_.clear();
}

// A task that has ended is let go, and with it what it computed.
void LiveTasks::add(std::shared_ptr<ParallelTask> task) {
  std::erase_if(tasks_, [](const std::shared_ptr<ParallelTask>& earlier) { return earlier->ended(); });
  tasks_.push_back(std::move(task));
}

void LiveTasks::end_all() {
  for (const auto& task : tasks_) task->cancel();
  for (const auto& task : tasks_) task->wait();
  tasks_.clear();
}

}  // namespace spillway::bindings
