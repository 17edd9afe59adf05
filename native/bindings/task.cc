// One promise per task; it holds the process open while someone waits.
#include "bindings/task.h"

#include <optional>

#include "bindings/environment.h"
#include "bindings/exports.h"
#include "bindings/handle.h"

namespace spillway::bindings {
namespace {

constexpr napi_type_tag kTaskTag = {0x52b6a7c1d03e4f98ull, 0x8e17c4f2a96b0d35ull};

// JavaScript's side of a task; its thread only.
class TaskObject : public std::enable_shared_from_this<TaskObject> {
 public:
  TaskObject(std::shared_ptr<Mailbox> mailbox, std::function<Napi::Value(Napi::Env, ParallelWork&)> make)
      : mailbox_(std::move(mailbox)), make_(std::move(make)) {}
  ~TaskObject() {
    if (task != nullptr) task->cancel();
  }

  std::shared_ptr<ParallelTask> task;

  // From any thread.
  std::function<void()> on_end() {
    return [weak = weak_from_this(), mailbox = mailbox_] {
      mailbox->post([weak](Napi::Env env) {
        if (std::shared_ptr<TaskObject> object = weak.lock()) object->answer(env);
      });
    };
  }

  Napi::Value result(Napi::Env env) {
    if (asked_) throw Error(ErrorCode::Argument, "the result of a task was asked for twice");
    asked_ = true;
    waiting_.emplace(Napi::Promise::Deferred::New(env));
    self_ = shared_from_this();
    mailbox_->hold();
    Napi::Value promise = waiting_->Promise();
    answer(env);
    return promise;
  }

 private:
  void answer(Napi::Env env) {
    if (!waiting_ || !task->ended()) return;
    Napi::Promise::Deferred deferred = *waiting_;
    waiting_.reset();
    mailbox_->release();
    std::shared_ptr<TaskObject> self = std::move(self_);
    std::optional<Error> error;
    try {
      deferred.Resolve(make_(env, task->result()));
      return;
    } catch (const Napi::Error&) {
      throw;
    } catch (...) {
      error = current_error();
    }
    deferred.Reject(to_js(env, *error).Value());
  }

  std::shared_ptr<Mailbox> mailbox_;
  std::function<Napi::Value(Napi::Env, ParallelWork&)> make_;
  bool asked_ = false;
  std::optional<Napi::Promise::Deferred> waiting_;
  std::shared_ptr<TaskObject> self_;  // while someone waits for the promise
};

const std::shared_ptr<TaskObject>& unwrap_task(const Napi::Value& value) {
  return unwrap<TaskObject>(value, kTaskTag, "a task");
}

Napi::Value task_result(const Napi::CallbackInfo& info) { return unwrap_task(info[0])->result(info.Env()); }

Napi::Value cancel_task(const Napi::CallbackInfo& info) {
  unwrap_task(info[0])->task->cancel();
  return info.Env().Undefined();
}

Napi::Value task_fraction(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), unwrap_task(info[0])->task->fraction());
}

}  // namespace

Napi::Object start_task(Napi::Env env, std::unique_ptr<ParallelWork> work, u32 threads,
                        std::function<Napi::Value(Napi::Env, ParallelWork&)> answer) {
  Environment& environment = Environment::of(env);
  auto object = std::make_shared<TaskObject>(environment.mailbox, std::move(answer));
  object->task = ParallelTask::start(process(), std::move(work), threads, object->on_end());
  environment.tasks.add(object->task);
  return wrap<TaskObject>(env, std::move(object), kTaskTag);
}

void export_task(Napi::Env env, Napi::Object exports) {
  export_function<task_result>(env, exports, "taskResult");
  export_function<cancel_task>(env, exports, "cancelTask");
  export_function<task_fraction>(env, exports, "taskFraction");
}

}  // namespace spillway::bindings
