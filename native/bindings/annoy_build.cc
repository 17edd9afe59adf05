// Annoy indexes as JavaScript has them built.
#include "bindings/exports.h"

namespace spillway::bindings {

void export_annoy_build(Napi::Env, Napi::Object) {}

}  // namespace spillway::bindings
