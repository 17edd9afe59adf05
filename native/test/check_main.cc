// Runs every registered test, or those whose file/name contains an argument: exit code 0 only if all of some passed.
//
//   spillway-test [--list] [--share I/N] [part-of-a-name …]     --share: of those, every N-th, beginning with the I-th
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "kernels/dispatch.h"
#include "test/check.h"

namespace spillway::check {
namespace {

Test* first = nullptr;
std::atomic<int> failures{0};  // a test may fail on a thread of its own

std::string full_name(const Test& test) {
  std::string file = test.file;
  file = file.substr(file.rfind('/') + 1);
  return file.substr(0, file.rfind("_test.cc")) + "/" + test.name;
}

bool run_one(const Test& test) {
  const int before = failures.load();
  const auto begin = std::chrono::steady_clock::now();
  try {
    test.run();
  } catch (const std::exception& error) {
    fail(test.file, 0, std::string("unexpected exception: ") + error.what());
  } catch (...) {
    fail(test.file, 0, "unexpected exception of an unknown type");
  }
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
  const bool passed = failures.load() == before;
  std::printf("%s %s (%lld ms)\n", passed ? "ok  " : "FAIL", full_name(test).c_str(),
              static_cast<long long>(took.count()));
  std::fflush(stdout);
  return passed;
}

// Processes side by side each take a share; neighbours in the list take about equally long.
struct Share {
  std::size_t first = 0, step = 1;
};

int run_all(const std::vector<const char*>& filters, bool list, Share share) {
  std::vector<const Test*> tests;
  for (const Test* test = first; test != nullptr; test = test->next) {
    const std::string name = full_name(*test);
    const auto wanted = [&](const char* filter) { return name.find(filter) != std::string::npos; };
    if (filters.empty() || std::any_of(filters.begin(), filters.end(), wanted)) tests.push_back(test);
  }
  std::sort(tests.begin(), tests.end(), [](const Test* a, const Test* b) { return full_name(*a) < full_name(*b); });
  std::vector<const Test*> shared;
  for (std::size_t i = share.first; i < tests.size(); i += share.step) shared.push_back(tests[i]);
  const bool none = tests.empty();
  tests = std::move(shared);
  int failed = 0;
  for (const Test* test : tests) {
    if (list) {
      std::printf("%s\n", full_name(*test).c_str());
    } else if (!run_one(*test)) {
      ++failed;
    }
  }
  if (!list)
    std::printf("%zu passed, %d failed (%s)\n", tests.size() - static_cast<std::size_t>(failed), failed,
                isa_name(active_isa()));
  if (none) std::printf("no test has such a name\n");
  return failed == 0 && !none ? 0 : 1;
}

}  // namespace

Registration::Registration(Test* test) {
  test->next = first;
  first = test;
}

void fail(const char* file, int line, const std::string& what) {
  failures.fetch_add(1);
  std::printf("%s:%d: %s\n", file, line, what.c_str());
}

}  // namespace spillway::check

int main(int count, char** arguments) {
  if (spillway::isa_choice().problem != nullptr) {
    std::fprintf(stderr, "%s\n", spillway::isa_choice().problem);
    return 2;
  }
  std::vector<const char*> filters(arguments + 1, arguments + count);
  const auto list =
      std::find_if(filters.begin(), filters.end(), [](const char* word) { return std::strcmp(word, "--list") == 0; });
  const bool listing = list != filters.end();
  if (listing) filters.erase(list);
  spillway::check::Share share;
  const auto sharing =
      std::find_if(filters.begin(), filters.end(), [](const char* word) { return std::strcmp(word, "--share") == 0; });
  if (sharing != filters.end()) {
    if (sharing + 1 == filters.end() || std::sscanf(sharing[1], "%zu/%zu", &share.first, &share.step) != 2 ||
        share.first >= share.step) {
      std::fprintf(stderr, "--share wants I/N, I from 0 up to N\n");
      return 2;
    }
    filters.erase(sharing, sharing + 2);
  }
  return spillway::check::run_all(filters, listing, share);
}
