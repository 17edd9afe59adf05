// Queries as JavaScript drives them: start, next, cancel, close, and what they have done so far.
#include <atomic>
#include <optional>

#include "bindings/environment.h"
#include "bindings/exports.h"
#include "bindings/guard.h"
#include "bindings/handle.h"
#include "bindings/raw_batch.h"
#include "engine/query.h"

namespace spillway::bindings {
namespace {

// JavaScript's side of a query; its thread only.
class QueryObject : public std::enable_shared_from_this<QueryObject> {
 public:
  explicit QueryObject(std::shared_ptr<Mailbox> mailbox) : mailbox_(std::move(mailbox)) {}
  ~QueryObject() {
    if (query != nullptr) query->close();
  }

  std::shared_ptr<Query> query;

  // From any thread: answers, on JavaScript's thread, whoever waits. Many changes before that are one call.
  std::function<void()> on_change() {
    return [weak = weak_from_this(), mailbox = mailbox_, posted = posted_] {
      if (posted->exchange(true)) return;
      mailbox->post([weak, posted](Napi::Env env) {
        posted->store(false);
        if (std::shared_ptr<QueryObject> object = weak.lock()) object->answer(env);
      });
    };
  }

  Napi::Value next(Napi::Env env) {
    if (waiting_) throw Error(ErrorCode::Argument, "the next batch was asked for before the one before it had come");
    waiting_.emplace(Napi::Promise::Deferred::New(env));
    self_ = shared_from_this();
    mailbox_->hold();
    Napi::Value promise = waiting_->Promise();
    answer(env);
    return promise;
  }

 private:
  void answer(Napi::Env env) {
    if (!waiting_) return;
    Block block;
    std::optional<Error> error;
    Query::Pull pull = Query::Pull::End;
    try {
      pull = query->pull(block);
    } catch (...) {
      error = current_error();
    }
    if (!error && pull == Query::Pull::Pending) return;
    Napi::Promise::Deferred deferred = *waiting_;
    waiting_.reset();
    mailbox_->release();
    std::shared_ptr<QueryObject> self = std::move(self_);
    if (error) {
      query->close();
      deferred.Reject(to_js(env, *error).Value());
    } else if (pull == Query::Pull::End) {
      query->close();
      deferred.Resolve(env.Null());
    } else {
      deferred.Resolve(writer_.write(env, std::move(block)));
    }
  }

  std::shared_ptr<Mailbox> mailbox_;
  std::shared_ptr<std::atomic<bool>> posted_ = std::make_shared<std::atomic<bool>>(false);
  std::optional<Napi::Promise::Deferred> waiting_;
  std::shared_ptr<QueryObject> self_;  // while someone waits for the promise
  BatchWriter writer_;
};

const std::shared_ptr<QueryObject>& unwrap_query(const Napi::Value& value) {
  return unwrap<QueryObject>(value, kQueryTag, "a query");
}

QueryOptions read_options(const Napi::Object& given) {
  QueryOptions options;
  options.threads = given.Get("threads").ToNumber().Uint32Value();
  options.memory = static_cast<std::size_t>(given.Get("memory").ToNumber().DoubleValue());
  double spill = given.Get("maxSpill").ToNumber().DoubleValue();
  if (spill >= 0 && spill < 1.8e19) options.max_spill = static_cast<u64>(spill);
  options.temp_directory = given.Get("tempDirectory").ToString().Utf8Value();
  options.batch_rows = given.Get("batchRows").ToNumber().Uint32Value();
  options.force_spill = given.Get("forceSpill").ToBoolean().Value();
  options.equal_hashes = given.Get("equalHashes").ToBoolean().Value();
  options.morsel_pages = given.Get("morselPages").ToNumber().Uint32Value();
  return options;
}

Napi::Value start_query(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Napi::Uint8Array bytes = info[0].As<Napi::Uint8Array>();
  Napi::Array given = info[1].As<Napi::Array>();
  std::vector<std::shared_ptr<Handle>> handles;
  for (u32 i = 0; i < given.Length(); ++i) handles.push_back(unwrap_handle(given.Get(i)));
  QueryDescription description = decode_description(bytes.Data(), bytes.ByteLength());
  Environment& environment = Environment::of(env);
  auto object = std::make_shared<QueryObject>(environment.mailbox);
  object->query = Query::start(process(), std::move(description), std::move(handles),
                               read_options(info[2].As<Napi::Object>()), object->on_change());
  environment.live.add(object->query);
  return wrap<QueryObject>(env, std::move(object), kQueryTag);
}

Napi::Value query_next(const Napi::CallbackInfo& info) { return unwrap_query(info[0])->next(info.Env()); }

Napi::Value cancel_query(const Napi::CallbackInfo& info) {
  unwrap_query(info[0])->query->cancel();
  return info.Env().Undefined();
}

Napi::Value close_query(const Napi::CallbackInfo& info) {
  unwrap_query(info[0])->query->close();
  return info.Env().Undefined();
}

Napi::Value query_progress(const Napi::CallbackInfo& info) {
  QueryProgress progress = unwrap_query(info[0])->query->progress();
  Napi::Object object = Napi::Object::New(info.Env());
  object.Set("rows", static_cast<double>(progress.rows));
  object.Set("bytes", static_cast<double>(progress.bytes));
  object.Set("fraction", progress.fraction);
  return object;
}

Napi::Value query_statistics(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  QueryStatistics all = unwrap_query(info[0])->query->statistics();
  Napi::Object object = Napi::Object::New(env);
  auto set = [](Napi::Object& target, const char* name, u64 value) { target.Set(name, static_cast<double>(value)); };
  set(object, "rowsScanned", all.rows_scanned);
  set(object, "bytesRead", all.bytes_read);
  set(object, "rowsDelivered", all.rows_delivered);
  set(object, "pagesPruned", all.pages_pruned);
  set(object, "groupsPruned", all.groups_pruned);
  set(object, "morsels", all.morsels);
  set(object, "parked", all.parked);
  set(object, "busyNanos", all.busy_nanos);
  set(object, "lockWaits", all.lock_waits);
  set(object, "peakMemory", all.peak_memory);
  set(object, "spillBytes", all.spill_bytes);
  Napi::Array pipelines = Napi::Array::New(env, all.pipelines.size());
  for (u32 i = 0; i < all.pipelines.size(); ++i) {
    const PipelineStatistics& one = all.pipelines[i];
    Napi::Object pipeline = Napi::Object::New(env);
    set(pipeline, "rowsIn", one.rows_in);
    set(pipeline, "rowsOut", one.rows_out);
    set(pipeline, "morsels", one.morsels);
    set(pipeline, "tasks", one.tasks);
    set(pipeline, "nanos", one.nanos);
    set(pipeline, "busyNanos", one.busy_nanos);
    set(pipeline, "bytesRead", one.bytes_read);
    set(pipeline, "spillBytes", one.spilled);
    pipelines.Set(i, pipeline);
  }
  object.Set("perPipeline", pipelines);
  return object;
}

Napi::Value close_native_handle(const Napi::CallbackInfo& info) {
  close_handle(info[0]);
  return info.Env().Undefined();
}

}  // namespace

void export_query(Napi::Env env, Napi::Object exports) {
  export_function<start_query>(env, exports, "startQuery");
  export_function<query_next>(env, exports, "queryNext");
  export_function<cancel_query>(env, exports, "cancelQuery");
  export_function<close_query>(env, exports, "closeQuery");
  export_function<query_progress>(env, exports, "queryProgress");
  export_function<query_statistics>(env, exports, "queryStatistics");
  export_function<close_native_handle>(env, exports, "closeHandle");
}

}  // namespace spillway::bindings
