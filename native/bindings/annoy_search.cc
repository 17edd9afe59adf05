// Annoy indexes as JavaScript opens and searches them.
#include "bindings/exports.h"

namespace spillway::bindings {

void export_annoy_search(Napi::Env, Napi::Object) {}

}  // namespace spillway::bindings
