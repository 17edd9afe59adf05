// Spill files: round trips, damage, bounds, faults, and what is left on disk when it goes wrong.
#include "engine/spill.h"

#include <cerrno>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/file.h"
#include "engine/spill_folder.h"
#include "test/check.h"

namespace spillway {
namespace {

// A folder of its own for each test, removed with what is in it.
class Folder {
 public:
  Folder() {
    std::string pattern = "/tmp/spillway-test-XXXXXX";
    path = ::mkdtemp(pattern.data());
  }
  ~Folder() {
    for (const std::string& name : names()) {
      ::unlink((path + "/" + name).c_str());
      ::rmdir((path + "/" + name).c_str());
    }
    ::rmdir(path.c_str());
  }
  std::vector<std::string> names() const {
    std::vector<std::string> found;
    DIR* entries = ::opendir(path.c_str());
    while (const dirent* entry = ::readdir(entries)) {
      if (entry->d_name[0] != '.') found.push_back(entry->d_name);
    }
    ::closedir(entries);
    return found;
  }
  std::string path;
};

std::vector<u8> bytes(std::size_t size, u8 seed) {
  std::vector<u8> made(size);
  for (std::size_t i = 0; i < size; ++i) made[i] = static_cast<u8>(seed + i * 31 + i / 257);
  return made;
}

FileOperation failing;
int failing_errno;
int fail_operation(FileOperation operation, const char*) { return operation == failing ? failing_errno : 0; }

struct Fault {
  Fault(FileOperation operation, int number) {
    failing = operation;
    failing_errno = number;
    set_file_fault(fail_operation);
  }
  ~Fault() { set_file_fault(nullptr); }
};

TEST(extents_come_back_as_they_were_from_any_thread) {
  Folder folder;
  SpillStore store(folder.path, ~u64{0});
  std::unique_ptr<SpillFile> file = store.create();
  std::vector<SpillExtent> extents(16);
  std::vector<std::thread> threads;
  for (u32 t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (u32 i = t; i < 16; i += 4) {
        std::vector<u8> data = bytes(1000 + i * 777, static_cast<u8>(i));
        extents[i] = file->append(data.data(), data.size());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (u32 i = 0; i < 16; ++i) {
    std::vector<u8> expected = bytes(1000 + i * 777, static_cast<u8>(i));
    std::vector<u8> got(extents[i].bytes);
    file->read(extents[i], got.data());
    CHECK(got == expected);
    u8 part[100];
    file->read_part(extents[i], 500, 100, part);
    CHECK(std::memcmp(part, expected.data() + 500, 100) == 0);
    CHECK_THROWS(file->read_part(extents[i], extents[i].bytes - 10, 100, part), Error);
  }
}

TEST(nothing_is_to_be_seen_on_disk_and_nothing_stays) {
  Folder folder;
  {
    SpillStore store(folder.path, ~u64{0});
    CHECK(folder.names().empty());
    std::unique_ptr<SpillFile> file = store.create();
    CHECK_EQ(folder.names().size(), 1u);
    std::string own = folder.path + "/" + folder.names()[0];
    struct stat status;
    CHECK(::lstat(own.c_str(), &status) == 0);
    CHECK_EQ(status.st_mode & 0777, 0700u);
    CHECK(::rmdir(own.c_str()) == 0);  // it was empty: the file has no name any more
    CHECK(::mkdir(own.c_str(), 0700) == 0);
  }
  CHECK(folder.names().empty());
}

TEST(a_changed_extent_is_noticed) {
  Folder folder;
  SpillStore store(folder.path, ~u64{0});
  std::unique_ptr<SpillFile> file = store.create();
  std::vector<u8> data = bytes(5000, 1);
  SpillExtent first = file->append(data.data(), data.size());
  SpillExtent second = file->append(data.data(), data.size());
  std::vector<u8> got(5000);
  SpillExtent moved = first;
  moved.offset = second.offset;  // the same bytes, but of another place
  CHECK_THROWS(file->read(moved, got.data()), Error, CHECK(error.code() == ErrorCode::Format));
  SpillExtent wrong = first;
  wrong.checksum ^= 1;
  CHECK_THROWS(file->read(wrong, got.data()), Error, CHECK(error.code() == ErrorCode::Format));
  file->read(first, got.data());
  CHECK(got == data);
}

TEST(the_bound_counts_what_is_on_disk_now) {
  Folder folder;
  SpillStore store(folder.path, 10'000);
  std::unique_ptr<SpillFile> file = store.create();
  std::vector<u8> data = bytes(6000, 1);
  SpillExtent first = file->append(data.data(), data.size());
  CHECK_THROWS(file->append(data.data(), data.size()), Error, CHECK(error.code() == ErrorCode::Limit));
  file->discard(first);
  CHECK_EQ(store.bytes_now(), 0u);
  file->append(data.data(), data.size());
  CHECK_EQ(store.bytes_now(), 6000u);
  CHECK_EQ(store.bytes_written(), 12'000u);
  file.reset();
  CHECK_EQ(store.bytes_now(), 0u);
}

TEST(a_full_disk_and_a_failing_one_are_told_apart) {
  Folder folder;
  SpillStore store(folder.path, ~u64{0});
  std::unique_ptr<SpillFile> file = store.create();
  std::vector<u8> data = bytes(100, 1);
  SpillExtent extent = file->append(data.data(), data.size());
  {
    Fault fault(FileOperation::Write, ENOSPC);
    CHECK_THROWS(file->append(data.data(), data.size()), Error, CHECK(error.code() == ErrorCode::NoSpace));
  }
  {
    Fault fault(FileOperation::Write, EIO);
    CHECK_THROWS(file->append(data.data(), data.size()), Error, CHECK(error.code() == ErrorCode::Io));
  }
  {
    Fault fault(FileOperation::Read, EIO);
    CHECK_THROWS(file->read(extent, data.data()), Error, CHECK(error.code() == ErrorCode::Io));
  }
  {
    Fault fault(FileOperation::Punch, EIO);
    file->discard(extent);
  }
}

TEST(a_folder_that_cannot_be_written_is_an_error_with_its_path) {
  SpillStore store("/nowhere/at/all", ~u64{0});
  CHECK_THROWS(store.create(), Error, CHECK(error.code() == ErrorCode::Io);
               CHECK(std::string(error.what()).find("/nowhere/at/all") != std::string::npos));
}

TEST(a_folder_is_cleared_of_our_files_alone) {
  Folder folder;
  const std::string own = make_spill_folder(folder.path);
  for (const char* name : {"/rows.vtr", "/.rows.vtr.1-2-3.tmp", "/shards.json", "/rows.vtr.lock", "/notes.txt"}) {
    const int file = ::open((own + name).c_str(), O_CREAT | O_WRONLY, 0600);
    CHECK(file >= 0);
    ::close(file);
  }
  clear_spill_folder(own);
  CHECK_EQ(folder.names().size(), 1u);  // somebody's notes are in it
  CHECK(::unlink((own + "/notes.txt").c_str()) == 0);
  CHECK(::rmdir(own.c_str()) == 0);
  const std::string foreign = folder.path + "/foreign";
  CHECK(::mkdir(foreign.c_str(), 0700) == 0);
  clear_spill_folder(foreign);  // not made here
  CHECK_EQ(folder.names().size(), 1u);
  CHECK(::rmdir(foreign.c_str()) == 0);
}

TEST(folders_of_dead_processes_are_swept_and_no_others) {
  Folder folder;
  pid_t child = ::fork();
  if (child == 0) {
    std::string own = make_spill_folder(folder.path);
    int left = ::open((own + "/0123.spill").c_str(), O_CREAT | O_WRONLY, 0600);
    int more = ::open((own + "/rows.vtr").c_str(), O_CREAT | O_WRONLY, 0600);
    ::_exit(left >= 0 && more >= 0 ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK_EQ(status, 0);
  std::string mine = make_spill_folder(folder.path);
  std::string other = folder.path + "/spillway-notes";
  CHECK(::mkdir(other.c_str(), 0700) == 0);
  CHECK_EQ(folder.names().size(), 3u);
  CHECK_EQ(sweep_spill_folders(folder.path), 1u);
  CHECK_EQ(folder.names().size(), 2u);
  CHECK_EQ(sweep_spill_folders(folder.path), 0u);
}

}  // namespace
}  // namespace spillway
