// Feeds: columns of JavaScript's typed arrays are checked and copied into blocks on JavaScript's thread.
#include <optional>

#include "bindings/environment.h"
#include "bindings/exports.h"
#include "bindings/guard.h"
#include "bindings/handle.h"
#include "engine/column_builder.h"
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

struct Bytes {
  const u8* data = nullptr;
  std::size_t size = 0;
  u32 element = 1;
};

// The bytes a view shows, at its own offset; empty for null and undefined.
Bytes bytes_of(const Napi::Value& value) {
  if (value.IsNull() || value.IsUndefined()) return {};
  if (!value.IsTypedArray()) throw Error(ErrorCode::Argument, "a column's buffer is not a typed array");
  Napi::TypedArray view = value.As<Napi::TypedArray>();
  void* data = nullptr;
  napi_get_typedarray_info(value.Env(), value, nullptr, nullptr, &data, nullptr, nullptr);
  return {static_cast<const u8*>(data), view.ByteLength(), static_cast<u32>(view.ElementSize())};
}

// `[validity, validityOffset, values, valuesOffset, offsets, text]`; with codes in `values`, offsets and text are the
// dictionary's.
FeedColumn read_column(Type type, const Napi::Array& given) {
  FeedColumn column;
  column.type = type;
  Bytes validity = bytes_of(given.Get(u32{0}));
  column.validity = validity.data;
  column.validity_bytes = validity.size;
  column.validity_offset = given.Get(u32{1}).ToNumber().Uint32Value();
  Bytes values = bytes_of(given.Get(u32{2}));
  column.values = values.data;
  column.values_bytes = values.size;
  column.values_width = values.element;
  column.values_offset = given.Get(u32{3}).ToNumber().Uint32Value();
  Bytes offsets = bytes_of(given.Get(u32{4}));
  column.offsets = reinterpret_cast<const i32*>(offsets.data);
  column.offsets_count = offsets.size / 4;
  Bytes text = bytes_of(given.Get(u32{5}));
  column.text = text.data;
  column.text_bytes = text.size;
  return column;
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
    block.columns.push_back(copy_feed_column(read_column(types[i], given.Get(i).As<Napi::Array>()), rows, i));
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
