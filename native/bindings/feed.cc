// Feeds: columns of JavaScript's typed arrays are checked and copied into blocks on JavaScript's thread.
#include <optional>

#include "bindings/column_view.h"
#include "bindings/environment.h"
#include "bindings/exports.h"
#include "bindings/guard.h"
#include "bindings/handle.h"
#include "engine/feed.h"
#include "engine/feed_column.h"

namespace spillway::bindings {
namespace {

// A feed and whoever waits for it to want rows.
class FeedObject final : public Handle, public std::enable_shared_from_this<FeedObject> {
 public:
  FeedObject(std::shared_ptr<Feed> feed_, std::shared_ptr<Mailbox> mailbox)
      : feed(std::move(feed_)), mailbox_(std::move(mailbox)) {}

  const char* kind() const override { return "feed"; }
  std::shared_ptr<Source> open_source(QueryContext& context, const SourceDescription& description) override {
    return feed->open_source(context, description);
  }
  void query_ended() noexcept override { feed->query_ended(); }

  void watch() {
    feed->on_change([weak = weak_from_this(), mailbox = mailbox_] {
      mailbox->post([weak](Napi::Env env) {
        if (std::shared_ptr<FeedObject> object = weak.lock()) object->answer(env);
      });
    });
  }

  Napi::Value wants(Napi::Env env) {
    if (waiting_) throw Error(ErrorCode::Argument, "a feed was asked twice at a time whether it wants rows");
    waiting_.emplace(Napi::Promise::Deferred::New(env));
    self_ = shared_from_this();
    Napi::Value promise = waiting_->Promise();
    answer(env);
    return promise;
  }

  const std::shared_ptr<Feed> feed;

 private:
  void answer(Napi::Env env) {
    Feed::Wants wants = feed->wants();
    if (!waiting_ || wants == Feed::Wants::Full) return;
    Napi::Promise::Deferred deferred = *waiting_;
    waiting_.reset();
    std::shared_ptr<FeedObject> self = std::move(self_);
    deferred.Resolve(Napi::Boolean::New(env, wants == Feed::Wants::More));
  }

  std::shared_ptr<Mailbox> mailbox_;
  std::optional<Napi::Promise::Deferred> waiting_;  // JavaScript's thread only
  std::shared_ptr<FeedObject> self_;
};

std::shared_ptr<FeedObject> unwrap_feed(const Napi::Value& value) { return unwrap_as<FeedObject>(value, "a feed"); }

Napi::Value create_feed(const Napi::CallbackInfo& info) {
  Napi::Array ids = info[0].As<Napi::Array>();
  std::vector<Type> types;
  for (u32 i = 0; i < ids.Length(); ++i) {
    u32 id = ids.Get(i).ToNumber().Uint32Value();
    if (id >= kTypeCount) throw Error(ErrorCode::Argument, "no type has the number " + std::to_string(id));
    types.push_back(static_cast<Type>(id));
  }
  auto object =
      std::make_shared<FeedObject>(std::make_shared<Feed>(std::move(types)), Environment::of(info.Env()).mailbox);
  object->watch();
  return wrap_handle(info.Env(), std::move(object));
}

Napi::Value push_feed(const Napi::CallbackInfo& info) {
  std::shared_ptr<FeedObject> object = unwrap_feed(info[0]);
  u32 rows = info[1].ToNumber().Uint32Value();
  Napi::Array given = info[2].As<Napi::Array>();
  const std::vector<Type>& types = object->feed->types();
  if (given.Length() != types.size()) {
    throw Error(ErrorCode::Argument,
                std::to_string(given.Length()) + " columns were pushed into a feed of " + std::to_string(types.size()));
  }
  if (rows > Feed::kFeedRows) {
    throw Error(ErrorCode::Argument, std::to_string(rows) + " rows were pushed at once; a feed takes at most " +
                                         std::to_string(Feed::kFeedRows));
  }
  Block block;
  block.rows = rows;
  for (u32 i = 0; i < types.size(); ++i) {
    block.columns.push_back(copy_feed_column(read_feed_column(types[i], given.Get(i).As<Napi::Array>()), rows, i));
  }
  object->feed->push(std::move(block));
  return info.Env().Undefined();
}

Napi::Value end_feed(const Napi::CallbackInfo& info) {
  unwrap_feed(info[0])->feed->end();
  return info.Env().Undefined();
}

ErrorCode read_code(const std::string& name) {
  for (int code = 0; code < static_cast<int>(ErrorCode::Internal); ++code) {
    if (name == code_name(static_cast<ErrorCode>(code))) return static_cast<ErrorCode>(code);
  }
  return ErrorCode::Internal;
}

// (feed, code, message, [key, text][])
Napi::Value fail_feed(const Napi::CallbackInfo& info) {
  Error::Detail detail;
  Napi::Array pairs = info[3].As<Napi::Array>();
  for (u32 i = 0; i < pairs.Length(); ++i) {
    Napi::Array pair = pairs.Get(i).As<Napi::Array>();
    detail.emplace_back(pair.Get(u32{0}).ToString().Utf8Value(), pair.Get(u32{1}).ToString().Utf8Value());
  }
  ErrorCode code = read_code(info[1].ToString().Utf8Value());
  unwrap_feed(info[0])->feed->fail(Error(code, info[2].ToString().Utf8Value(), std::move(detail)));
  return info.Env().Undefined();
}

Napi::Value stop_feed(const Napi::CallbackInfo& info) {
  std::shared_ptr<FeedObject> object = unwrap_feed(info[0]);
  object->feed->fail(Error(ErrorCode::Cancelled, "the feed was closed before all its rows were read"));
  object->feed->query_ended();
  return info.Env().Undefined();
}

Napi::Value feed_wants(const Napi::CallbackInfo& info) { return unwrap_feed(info[0])->wants(info.Env()); }

}  // namespace

void export_feed(Napi::Env env, Napi::Object exports) {
  export_function<create_feed>(env, exports, "createFeed");
  export_function<push_feed>(env, exports, "pushFeed");
  export_function<end_feed>(env, exports, "endFeed");
  export_function<fail_feed>(env, exports, "failFeed");
  export_function<stop_feed>(env, exports, "stopFeed");
  export_function<feed_wants>(env, exports, "feedWants");
}

}  // namespace spillway::bindings
