// Which shard by hash a key has: so that a scan can leave out the others.
#include "bindings/constant.h"
#include "bindings/exports.h"
#include "bindings/guard.h"
#include "engine/shard_router.h"

namespace spillway::bindings {
namespace {

// ([[typeId, value]…], buckets) → shard
Napi::Value shard_hash(const Napi::CallbackInfo& info) {
  const Napi::Array given = info[0].As<Napi::Array>();
  std::vector<Constant> keys;
  for (u32 i = 0; i < given.Length(); ++i) keys.push_back(read_constant(given.Get(i).As<Napi::Array>()));
  const u32 buckets = info[1].ToNumber().Uint32Value();
  if (buckets == 0) throw Error(ErrorCode::Argument, "shards by hash need at least one bucket");
  return Napi::Number::New(info.Env(), hash_shard(keys, buckets));
}

}  // namespace

void export_shard(Napi::Env env, Napi::Object exports) { export_function<shard_hash>(env, exports, "shardHash"); }

}  // namespace spillway::bindings
