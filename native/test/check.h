// The C++ tests' own small harness: TEST declares and registers, CHECK… record failures, check_main.cc runs them.
#pragma once

#include <cstddef>
#include <exception>
#include <sstream>
#include <string>
#include <type_traits>

namespace spillway::check {

struct Test {
  const char* name;
  const char* file;
  void (*run)();
  Test* next;
};

// Adds a test to the list that check_main.cc runs; called before main by what TEST expands to.
struct Registration {
  Registration(Test* test);
};

// Records a failure of the running test and prints where; the test goes on.
void fail(const char* file, int line, const std::string& what);

template <typename T>
concept Printable = requires(std::ostream& out, const T& value) { out << value; };

template <typename T>
std::string show(const T& value) {
  std::ostringstream out;
  out.precision(17);
  if constexpr (std::is_same_v<T, char> || std::is_same_v<T, signed char> || std::is_same_v<T, unsigned char>) {
    out << static_cast<int>(value);
  } else if constexpr (std::is_enum_v<T>) {
    out << static_cast<long long>(value);
  } else if constexpr (std::is_same_v<T, bool>) {
    out << (value ? "true" : "false");
  } else if constexpr (Printable<T>) {
    out << value;
  } else {
    out << "<" << sizeof(T) << " bytes>";
  }
  return out.str();
}

// Integers of different signedness compare by value; anything else by its own ==.
template <typename A, typename B>
bool same(const A& a, const B& b) {
  if constexpr (std::is_integral_v<A> && std::is_integral_v<B> && !std::is_same_v<A, bool> &&
                !std::is_same_v<B, bool>) {
    return (a < A{0}) == (b < B{0}) &&
           static_cast<std::common_type_t<A, B>>(a) == static_cast<std::common_type_t<A, B>>(b);
  } else {
    return a == b;
  }
}

}  // namespace spillway::check

#define SPILLWAY_TEST_JOIN_EXPANDED(a, b) a##b
#define SPILLWAY_TEST_JOIN(a, b) SPILLWAY_TEST_JOIN_EXPANDED(a, b)

// TEST(name_of_behaviour) { … }: names are shown as file/name and must differ within a file.
#define TEST(name)                                                                                                   \
  static void SPILLWAY_TEST_JOIN(test_, name)();                                                                     \
  static ::spillway::check::Test SPILLWAY_TEST_JOIN(entry_, name){#name, __FILE__, &SPILLWAY_TEST_JOIN(test_, name), \
                                                                  nullptr};                                          \
  static const ::spillway::check::Registration SPILLWAY_TEST_JOIN(registered_,                                       \
                                                                  name)(&SPILLWAY_TEST_JOIN(entry_, name));          \
  static void SPILLWAY_TEST_JOIN(test_, name)()

#define CHECK(condition)                                                                    \
  do {                                                                                      \
    if (!(condition)) ::spillway::check::fail(__FILE__, __LINE__, "CHECK(" #condition ")"); \
  } while (false)

#define CHECK_EQ(actual, expected)                                                                                     \
  do {                                                                                                                 \
    const auto& spillway_actual = (actual);                                                                            \
    const auto& spillway_expected = (expected);                                                                        \
    if (!::spillway::check::same(spillway_actual, spillway_expected)) {                                                \
      ::spillway::check::fail(__FILE__, __LINE__,                                                                      \
                              std::string(#actual " is ") + ::spillway::check::show(spillway_actual) + ", expected " + \
                                  ::spillway::check::show(spillway_expected));                                         \
    }                                                                                                                  \
  } while (false)

// The expression must throw Type (or a type derived from it). Optional further arguments: statements that look at the
// exception, which is named `error`: CHECK_THROWS(open(bad), Error, CHECK(error.code() == ErrorCode::Format)).
#define CHECK_THROWS(expression, Type, ...)                                                                 \
  do {                                                                                                      \
    bool spillway_thrown = false;                                                                           \
    try {                                                                                                   \
      static_cast<void>(expression);                                                                        \
    } catch ([[maybe_unused]] const Type& error) {                                                          \
      spillway_thrown = true;                                                                               \
      __VA_ARGS__;                                                                                          \
    }                                                                                                       \
    if (!spillway_thrown) ::spillway::check::fail(__FILE__, __LINE__, #expression " did not throw " #Type); \
  } while (false)
