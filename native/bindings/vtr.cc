// .vtr files: scans and writers as handles, checksums, and the numbers of the format that both sides must agree on.
#include "bindings/exports.h"
#include "bindings/guard.h"
#include "bindings/handle.h"
#include "engine/vtr_scan.h"
#include "engine/vtr_writer.h"

namespace spillway::bindings {
namespace {

u64 read_u64(const Napi::Value& value, const char* what) {
  if (value.IsBigInt()) {
    bool lossless = false;
    const u64 number = value.As<Napi::BigInt>().Uint64Value(&lossless);
    if (lossless) return number;
  } else if (value.IsNumber()) {
    const f64 number = value.As<Napi::Number>().DoubleValue();
    if (number >= 0 && number <= 9007199254740991.0 && number == static_cast<f64>(static_cast<u64>(number))) {
      return static_cast<u64>(number);
    }
  }
  throw Error(ErrorCode::Argument, std::string(what) + " is not a whole number");
}

u32 read_u32(const Napi::Value& value, const char* what) {
  const u64 number = read_u64(value, what);
  if (number > 0xFFFFFFFF) throw Error(ErrorCode::Argument, std::string(what) + " is too large");
  return static_cast<u32>(number);
}

format::FileId read_id(const Napi::Value& value) {
  format::FileId id;
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().ByteLength() != id.size()) {
    throw Error(ErrorCode::Argument, "a file id has 16 bytes");
  }
  std::memcpy(id.data(), value.As<Napi::Uint8Array>().Data(), id.size());
  return id;
}

std::vector<Type> read_types(const Napi::Value& value) {
  Napi::Array ids = value.As<Napi::Array>();
  std::vector<Type> types;
  for (u32 i = 0; i < ids.Length(); ++i) {
    const u32 id = read_u32(ids.Get(i), "a type");
    if (id >= kTypeCount) throw Error(ErrorCode::Argument, "no type has the number " + std::to_string(id));
    types.push_back(static_cast<Type>(id));
  }
  return types;
}

VtrSegment read_segment(const Napi::Object& given) {
  VtrSegment segment;
  segment.offset = read_u64(given.Get("offset"), "offset");
  segment.bytes = read_u64(given.Get("bytes"), "bytes");
  segment.directory_checksum = read_u64(given.Get("directoryChecksum"), "directoryChecksum");
  segment.groups = read_u32(given.Get("groups"), "groups");
  segment.rows = read_u64(given.Get("rows"), "rows");
  return segment;
}

// ({ path, id, typeIds, segments, verify }) → handle
Napi::Value open_vtr(const Napi::CallbackInfo& info) {
  Napi::Object given = info[0].As<Napi::Object>();
  VtrDescription description;
  description.path = given.Get("path").ToString().Utf8Value();
  description.id = read_id(given.Get("id"));
  description.types = read_types(given.Get("typeIds"));
  Napi::Array segments = given.Get("segments").As<Napi::Array>();
  for (u32 i = 0; i < segments.Length(); ++i) {
    description.segments.push_back(read_segment(segments.Get(i).As<Napi::Object>()));
  }
  const u32 verify = read_u32(given.Get("verify"), "verify");
  if (verify > 2) throw Error(ErrorCode::Argument, "verify is 0, 1 or 2");
  description.verify = static_cast<VtrVerify>(verify);
  return wrap_handle(info.Env(), std::make_shared<VtrScan>(std::make_shared<VtrFile>(std::move(description))));
}

// ({ path, id, typeIds, compression, start, firstGroup, appendedTo, mergeStatistics }) → handle
Napi::Value create_vtr_writer(const Napi::CallbackInfo& info) {
  Napi::Object given = info[0].As<Napi::Object>();
  VtrWriterOptions options;
  options.path = given.Get("path").ToString().Utf8Value();
  options.id = read_id(given.Get("id"));
  options.types = read_types(given.Get("typeIds"));
  const u32 compression = read_u32(given.Get("compression"), "compression");
  if (compression > 2) throw Error(ErrorCode::Argument, "compression is 0, 1 or 2");
  options.compression = static_cast<format::Compression>(compression);
  options.start = read_u64(given.Get("start"), "start");
  if (options.start % 8 != 0 || options.start < format::kHeaderBytes) {
    throw Error(ErrorCode::Argument, "pages cannot begin at byte " + std::to_string(options.start));
  }
  options.first_group = read_u32(given.Get("firstGroup"), "firstGroup");
  if (Napi::Value before = given.Get("appendedTo"); before.IsObject()) {
    options.appended_to = unwrap_as<VtrScan>(before, "a .vtr scan")->file();
    options.merge_statistics = given.Get("mergeStatistics").ToBoolean().Value();
  }
  return wrap_handle(info.Env(), std::make_shared<VtrWriter>(std::move(options)));
}

// (writer) → what its query wrote
Napi::Value vtr_written(const Napi::CallbackInfo& info) {
  const std::shared_ptr<const VtrWritten> written = unwrap_as<VtrWriter>(info[0], "a .vtr writer")->written();
  if (written == nullptr) throw Error(ErrorCode::Argument, "the query that fills this .vtr writer has not ended well");
  Napi::Env env = info.Env();
  Napi::Object result = Napi::Object::New(env);
  result.Set("offset", Napi::Number::New(env, static_cast<f64>(written->segment.offset)));
  result.Set("bytes", Napi::Number::New(env, static_cast<f64>(written->segment.bytes)));
  result.Set("directoryChecksum", Napi::BigInt::New(env, static_cast<uint64_t>(written->segment.directory_checksum)));
  result.Set("groups", Napi::Number::New(env, written->segment.groups));
  result.Set("rows", Napi::Number::New(env, static_cast<f64>(written->segment.rows)));
  result.Set("end", Napi::Number::New(env, static_cast<f64>(written->end)));
  Napi::Array nulls = Napi::Array::New(env, written->nulls.size());
  for (u32 i = 0; i < written->nulls.size(); ++i) nulls.Set(i, Napi::Boolean::New(env, written->nulls[i]));
  result.Set("nulls", nulls);
  return result;
}

// (scan, column, group) → bytes read
Napi::Value check_vtr_chunk(const Napi::CallbackInfo& info) {
  const u64 bytes = unwrap_as<VtrScan>(info[0], "a .vtr scan")
                        ->check_chunk(read_u32(info[1], "column"), read_u32(info[2], "row group"));
  return Napi::Number::New(info.Env(), static_cast<f64>(bytes));
}

// (bytes, id, kind, column, group, page) → u64
Napi::Value vtr_checksum(const Napi::CallbackInfo& info) {
  if (!info[0].IsTypedArray()) throw Error(ErrorCode::Argument, "a checksum is of a Uint8Array");
  Napi::Uint8Array bytes = info[0].As<Napi::Uint8Array>();
  format::Place place;
  place.kind = static_cast<format::BlockKind>(read_u32(info[2], "kind"));
  place.column = read_u32(info[3], "column");
  place.group = read_u32(info[4], "group");
  place.page = read_u32(info[5], "page");
  return Napi::BigInt::New(
      info.Env(), static_cast<uint64_t>(format::checksum(read_id(info[1]), place, bytes.Data(), bytes.ByteLength())));
}

// What src/storage/vtr/layout.ts must say too.
Napi::Value vtr_constants(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Napi::Object all = Napi::Object::New(env);
  const auto set = [&](const char* name, u64 value) { all.Set(name, Napi::Number::New(env, static_cast<f64>(value))); };
  set("headerBytes", format::kHeaderBytes);
  set("vectorRows", kVectorRows);
  set("pageRows", kPageRows);
  set("groupRows", kRowGroupRows);
  set("maxColumns", format::kMaxColumns);
  set("footerKind", static_cast<u64>(format::BlockKind::Footer));
  set("slotKind", static_cast<u64>(format::BlockKind::Slot));
  set("headerKind", static_cast<u64>(format::BlockKind::Header));
  set("typeCount", kTypeCount);
  return all;
}

}  // namespace

void export_vtr(Napi::Env env, Napi::Object exports) {
  export_function<open_vtr>(env, exports, "openVtr");
  export_function<create_vtr_writer>(env, exports, "createVtrWriter");
  export_function<vtr_written>(env, exports, "vtrWritten");
  export_function<check_vtr_chunk>(env, exports, "checkVtrChunk");
  export_function<vtr_checksum>(env, exports, "vtrChecksum");
  export_function<vtr_constants>(env, exports, "vtrConstants");
}

}  // namespace spillway::bindings
