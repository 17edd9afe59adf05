// The parts of the addon's face; each file registers its own functions.
#pragma once

#include <napi.h>

namespace spillway::bindings {

void export_query(Napi::Env env, Napi::Object exports);
void export_feed(Napi::Env env, Napi::Object exports);
void export_process(Napi::Env env, Napi::Object exports);
void export_evaluate(Napi::Env env, Napi::Object exports);
void export_fold(Napi::Env env, Napi::Object exports);
void export_vtr(Napi::Env env, Napi::Object exports);
void export_shard(Napi::Env env, Napi::Object exports);
void export_task(Napi::Env env, Napi::Object exports);
void export_neighbors(Napi::Env env, Napi::Object exports);
void export_matrix(Napi::Env env, Napi::Object exports);
void export_prepared(Napi::Env env, Napi::Object exports);
void export_graph(Napi::Env env, Napi::Object exports);
void export_annoy_build(Napi::Env env, Napi::Object exports);
void export_annoy_search(Napi::Env env, Napi::Object exports);

}  // namespace spillway::bindings
