// Process identity by number and start time, so that a reused process number does not protect a dead one's files.
#include "engine/spill_folder.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>
#if defined(__linux__)
#include <sys/random.h>
#endif

#include "engine/file.h"

namespace spillway {
namespace {

constexpr const char* kPrefix = "spillway-";

// Ticks since boot at which a process started; 0 when it does not exist or the system does not say.
u64 start_time(long process) {
  char path[64];
  std::snprintf(path, sizeof path, "/proc/%ld/stat", process);
  std::FILE* file = std::fopen(path, "re");
  if (file == nullptr) return 0;
  char text[1024];
  std::size_t bytes = std::fread(text, 1, sizeof text - 1, file);
  std::fclose(file);
  text[bytes] = 0;
  // The name in parentheses may hold anything; the fields count from after its last parenthesis.
  const char* field = std::strrchr(text, ')');
  if (field == nullptr) return 0;
  for (int i = 2; i < 22 && field != nullptr; ++i) field = std::strchr(field + 1, ' ');
  return field == nullptr ? 0 : std::strtoull(field + 1, nullptr, 10);
}

// Process numbers mean something only inside one namespace; containers may share a temporary folder.
u64 process_namespace() {
  char text[64];
  ssize_t bytes = ::readlink("/proc/self/ns/pid", text, sizeof text - 1);
  if (bytes <= 0) return 0;
  text[bytes] = 0;
  const char* bracket = std::strchr(text, '[');
  return bracket == nullptr ? 0 : std::strtoull(bracket + 1, nullptr, 10);
}

bool alive(long process, u64 started) {
  if (::kill(static_cast<pid_t>(process), 0) != 0 && errno == ESRCH) return false;
  u64 now = start_time(process);
  return now == 0 || started == 0 || now == started;
}

// What the engine and the storage room put into such folders.
bool is_ours(const std::string& name) {
  static constexpr const char* kEndings[] = {".spill", ".vtr", ".json", ".bin", ".desc", ".tmp", ".lock"};
  return std::any_of(std::begin(kEndings), std::end(kEndings), [&](const char* ending) {
    const std::size_t size = std::strlen(ending);
    return name.size() > size && name.compare(name.size() - size, size, ending) == 0;
  });
}

void remove_with_files(const std::string& folder) {
  DIR* entries = ::opendir(folder.c_str());
  if (entries == nullptr) return;
  while (const dirent* entry = ::readdir(entries)) {
    std::string name = entry->d_name;
    if (is_ours(name)) try_remove_file(folder + "/" + name);
  }
  ::closedir(entries);
  try_remove_folder(folder);
}

}  // namespace

namespace {

// Folders in use. Never destroyed: threads of the pool may still use it while the process exits.
struct Folders {
  std::mutex mutex;
  std::vector<std::string> paths;
};

Folders& folders() {
  static auto* all = new Folders;
  return *all;
}

// A process that exits in the middle of a query does not wait for it.
void remove_at_exit() {
  const std::lock_guard<std::mutex> lock(folders().mutex);
  for (const std::string& path : folders().paths) remove_with_files(path);
  folders().paths.clear();
}

}  // namespace

void random_bytes(void* into, std::size_t bytes) {
#if defined(__linux__)
  std::size_t done = 0;
  while (done < bytes) {
    ssize_t got = ::getrandom(static_cast<char*>(into) + done, bytes - done, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw file_error("read", "the system's random numbers", errno);
    done += static_cast<std::size_t>(got);
  }
#else
  if (::getentropy(into, bytes) != 0) throw file_error("read", "the system's random numbers", errno);
#endif
}

std::string hex_text(u64 value) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(value));
  return text;
}

std::string make_spill_folder(const std::string& directory) {
  u64 random;
  random_bytes(&random, sizeof random);
  long process = static_cast<long>(::getpid());
  char owner[96];
  std::snprintf(owner, sizeof owner, "%s%llx-%ld-%llx-", kPrefix, static_cast<unsigned long long>(process_namespace()),
                process, static_cast<unsigned long long>(start_time(process)));
  std::string folder = directory + "/" + owner + hex_text(random);
  make_folder(folder);
  static const int registered = std::atexit(remove_at_exit);
  (void)registered;
  const std::lock_guard<std::mutex> lock(folders().mutex);
  folders().paths.push_back(folder);
  return folder;
}

namespace {

void forget(const std::string& folder) noexcept {
  const std::lock_guard<std::mutex> lock(folders().mutex);
  auto& paths = folders().paths;
  paths.erase(std::remove(paths.begin(), paths.end(), folder), paths.end());
}

}  // namespace

void remove_spill_folder(const std::string& folder) noexcept {
  try_remove_folder(folder);
  forget(folder);
}

void clear_spill_folder(const std::string& folder) {
  {
    const std::lock_guard<std::mutex> lock(folders().mutex);
    const auto& paths = folders().paths;
    if (std::find(paths.begin(), paths.end(), folder) == paths.end()) return;
  }
  remove_with_files(folder);
  forget(folder);
}

u32 sweep_spill_folders(const std::string& directory) noexcept {
  try {
    DIR* entries = ::opendir(directory.c_str());
    if (entries == nullptr) return 0;
    std::vector<std::string> dead;
    u64 here = process_namespace();
    while (const dirent* entry = ::readdir(entries)) {
      unsigned long long space, started, random;
      long process;
      int end = 0;
      if (std::strncmp(entry->d_name, kPrefix, std::strlen(kPrefix)) != 0) continue;
      int fields = std::sscanf(entry->d_name + std::strlen(kPrefix), "%llx-%ld-%llx-%16llx%n", &space, &process,
                               &started, &random, &end);
      if (fields != 4 || entry->d_name[std::strlen(kPrefix) + static_cast<std::size_t>(end)] != 0) continue;
      if (space == here && process > 0 && !alive(process, started)) dead.push_back(directory + "/" + entry->d_name);
    }
    ::closedir(entries);
    u32 removed = 0;
    for (const std::string& folder : dead) {
      remove_with_files(folder);
      removed += ::access(folder.c_str(), F_OK) != 0;
    }
    return removed;
  } catch (...) {
    return 0;
  }
}

}  // namespace spillway
