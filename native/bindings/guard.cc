// Turns errors of the engine into errors of JavaScript.
#include "bindings/guard.h"

namespace spillway::bindings {

Napi::Error to_js(Napi::Env env, const Error& error) {
  Napi::Error thrown = Napi::Error::New(env, error.what());
  Napi::Object value = thrown.Value();
  value.Set("engineCode", code_name(error.code()));
  Napi::Array detail = Napi::Array::New(env, error.detail().size());
  for (uint32_t i = 0; i < error.detail().size(); ++i) {
    Napi::Array pair = Napi::Array::New(env, 2);
    pair.Set(uint32_t{0}, error.detail()[i].first);
    pair.Set(uint32_t{1}, error.detail()[i].second);
    detail.Set(i, pair);
  }
  value.Set("engineDetail", detail);
  return thrown;
}

Error current_error() {
  try {
    throw;
  } catch (const Error& error) {
    return error;
  } catch (const std::bad_alloc&) {
    return Error(ErrorCode::Memory, "the system has no more memory to give");
  } catch (const std::exception& error) {
    return Error(ErrorCode::Internal,
                 std::string("an unexpected fault of the engine: ") + error.what() + "; please report it");
  } catch (...) {
    return Error(ErrorCode::Internal, "an unknown fault of the engine; please report it");
  }
}

}  // namespace spillway::bindings
