// Reads affinity, /proc and control groups (version 2, then 1); what cannot be read does not limit.
#include "engine/machine.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include <sched.h>
#include <unistd.h>

namespace spillway {
namespace {

std::string read_text(const std::string& path) {
  std::string text;
  std::FILE* file = std::fopen(path.c_str(), "re");
  if (file == nullptr) return text;
  char part[1024];
  for (std::size_t got; (got = std::fread(part, 1, sizeof part, file)) != 0;) text.append(part, got);
  std::fclose(file);
  return text;
}

// Path of this process's group in the unified hierarchy, "" when there is none: the line `0::/path`.
std::string unified_group() {
  std::string text = read_text("/proc/self/cgroup");
  std::size_t at = text.compare(0, 3, "0::") == 0 ? 0 : text.find("\n0::");
  if (at == std::string::npos) return "";
  at = text.find("::", at) + 2;
  std::string group = text.substr(at, text.find('\n', at) - at);
  return group == "/" ? "" : group;
}

// The group's own file, then its parents' (a parent's limit binds too), then the root's.
template <class Visit>
void visit_groups(const char* file, Visit visit) {
  std::string group = unified_group();
  for (;;) {
    visit(read_text("/sys/fs/cgroup" + group + "/" + file));
    if (group.empty()) return;
    group.resize(group.rfind('/') == std::string::npos ? 0 : group.rfind('/'));
  }
}

}  // namespace

u32 available_threads() {
  u32 threads = static_cast<u32>(std::max(1l, ::sysconf(_SC_NPROCESSORS_ONLN)));
#if defined(__linux__)
  cpu_set_t mask;
  if (::sched_getaffinity(0, sizeof mask, &mask) == 0) threads = static_cast<u32>(std::max(1, CPU_COUNT(&mask)));
#endif
  auto bound = [&](double quota, double period) {
    if (quota > 0 && period > 0)
      threads = std::min(threads, static_cast<u32>(std::max(1.0, (quota + period - 1) / period)));
  };
  visit_groups("cpu.max", [&](const std::string& text) {
    double quota = 0, period = 0;
    if (std::sscanf(text.c_str(), "%lf %lf", &quota, &period) == 2) bound(quota, period);
  });
  bound(std::atof(read_text("/sys/fs/cgroup/cpu/cpu.cfs_quota_us").c_str()),
        std::atof(read_text("/sys/fs/cgroup/cpu/cpu.cfs_period_us").c_str()));
  return threads;
}

std::size_t available_memory() {
  std::size_t bytes =
      static_cast<std::size_t>(::sysconf(_SC_PHYS_PAGES)) * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  auto bound = [&](const std::string& text) {
    unsigned long long limit = 0;
    if (std::sscanf(text.c_str(), "%llu", &limit) == 1 && limit != 0)
      bytes = std::min(bytes, static_cast<std::size_t>(limit));
  };
  visit_groups("memory.max", bound);
  bound(read_text("/sys/fs/cgroup/memory/memory.limit_in_bytes"));
  return bytes;
}

std::string default_temp_folder() {
  const char* folder = std::getenv("TMPDIR");
  if (folder == nullptr || folder[0] == 0) return "/tmp";
  std::string path = folder;
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

}  // namespace spillway
