// Annoy itself at the command line: builds a file from raw floats, and searches a file. Compiled against the header of
// the npm package, or a newer one that can build on several threads.
//
//   annoy_driver build METRIC DIMENSION VALUES INDEX TREES SEED THREADS
//   annoy_driver search METRIC DIMENSION INDEX QUERIES K SEARCH_K THREADS RESULT
//
// VALUES and QUERIES are floats, row by row; a row that begins with NaN is not added. RESULT becomes ids (int32, −1
// where there is none), then distances (float), K of each a query. What was measured is printed as one line of JSON.
#include <bit>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using std::isnan;  // Older headers take it to be global.

#include "kissrandom.h"
// After it: the two know nothing of each other.
#include "annoylib.h"

namespace {

#ifdef ANNOY_KISSRANDOM_H  // Since 1.17.0
using namespace Annoy;
template <class T, class Distance>
using Index = AnnoyIndex<int32_t, T, Distance, Kiss64Random, AnnoyIndexMultiThreadedBuildPolicy>;
template <class I>
bool build(I& index, int trees, int threads, char** why) {
  return index.build(trees, threads, why);
}
#else
template <class T, class Distance>
using Index = AnnoyIndex<int32_t, T, Distance, Kiss64Random>;
template <class I>
bool build(I& index, int trees, int threads, char** why) {
  if (threads != 1) throw std::runtime_error("this Annoy builds on one thread");
  return index.build(trees, why);
}
#endif

using Clock = std::chrono::steady_clock;

double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// Of all threads, whatever else the machine does.
double cpu_seconds() { return static_cast<double>(clock()) / CLOCKS_PER_SEC; }

void check(bool fine, const char* why) {
  if (!fine) throw std::runtime_error(why == nullptr ? "Annoy gives no reason" : why);
}

std::vector<float> read_floats(const char* path) {
  FILE* file = fopen(path, "rb");
  check(file != nullptr, path);
  check(fseek(file, 0, SEEK_END) == 0, path);
  std::vector<float> values(static_cast<size_t>(ftell(file)) / sizeof(float));
  rewind(file);
  check(fread(values.data(), sizeof(float), values.size(), file) == values.size(), path);
  fclose(file);
  return values;
}

// A row as Annoy takes it: floats as they are, bits in words of 64.
template <class T>
struct Rows;

template <>
struct Rows<float> {
  size_t dimension;
  int width;
  explicit Rows(size_t columns) : dimension(columns), width(static_cast<int>(columns)) {}
  const float* row(const std::vector<float>& values, size_t i, std::vector<float>&) const {
    return values.data() + i * dimension;
  }
};

template <>
struct Rows<uint64_t> {
  size_t dimension;
  int width;
  explicit Rows(size_t columns) : dimension(columns), width(static_cast<int>((columns + 63) / 64)) {}
  const uint64_t* row(const std::vector<float>& values, size_t i, std::vector<uint64_t>& words) const {
    words.assign(static_cast<size_t>(width), 0);
    for (size_t j = 0; j < dimension; j++)
      words[j / 64] |= static_cast<uint64_t>(values[i * dimension + j] > 0.5F) << (j % 64);
    return words.data();
  }
};

template <class T, class Distance>
void build_file(char** arguments, size_t dimension) {
  const std::vector<float> values = read_floats(arguments[0]);
  const Rows<T> rows(dimension);
  Index<T, Distance> index(rows.width);
  index.set_seed(static_cast<int>(strtoull(arguments[3], nullptr, 10)));
  std::vector<T> space;
  char* why = nullptr;
  const auto start = Clock::now();
  const double cpu = cpu_seconds();
  for (size_t i = 0; i < values.size() / dimension; i++) {
    if (isnan(values[i * dimension])) continue;
    check(index.add_item(static_cast<int32_t>(i), rows.row(values, i, space), &why), why);
  }
  const double added = since(start);
  check(build(index, atoi(arguments[2]), atoi(arguments[4]), &why), why);
  const double built = since(start);
  check(index.save(arguments[1], false, &why), why);
  printf("{\"added\":%.6f,\"built\":%.6f,\"seconds\":%.6f,\"cpu\":%.6f}\n", added, built, since(start),
         cpu_seconds() - cpu);
}

template <class T, class Distance>
void search_file(char** arguments, size_t dimension) {
  const Rows<T> rows(dimension);
  Index<T, Distance> index(rows.width);
  char* why = nullptr;
  const auto opening = Clock::now();
  check(index.load(arguments[0], false, &why), why);
  const double opened = since(opening);
  const std::vector<float> queries = read_floats(arguments[1]);
  const size_t k = strtoull(arguments[2], nullptr, 10), count = queries.size() / dimension;
  const int search_k = atoi(arguments[3]);
  const size_t threads = strtoull(arguments[4], nullptr, 10);
  std::vector<int32_t> ids(count * k, -1);
  std::vector<float> distances(count * k, NAN);
  const auto part = [&](size_t first, size_t end) {
    std::vector<T> space;
    std::vector<int32_t> found;
    std::vector<T> far;
    for (size_t q = first; q < end; q++) {
      found.clear(), far.clear();
      index.get_nns_by_vector(rows.row(queries, q, space), k, search_k, &found, &far);
      for (size_t rank = 0; rank < found.size(); rank++) {
        ids[q * k + rank] = found[rank];
        distances[q * k + rank] = static_cast<float>(far[rank]);
      }
    }
  };
  const auto start = Clock::now();
  const double before = cpu_seconds();
  std::vector<std::thread> others;
  for (size_t t = 1; t < threads; t++) others.emplace_back(part, count * t / threads, count * (t + 1) / threads);
  part(0, count / threads);
  for (std::thread& other : others) other.join();
  const double seconds = since(start), cpu = cpu_seconds() - before;
  FILE* file = fopen(arguments[5], "wb");
  check(file != nullptr, arguments[5]);
  check(fwrite(ids.data(), 4, ids.size(), file) == ids.size(), arguments[5]);
  check(fwrite(distances.data(), 4, distances.size(), file) == distances.size(), arguments[5]);
  check(fclose(file) == 0, arguments[5]);
  printf("{\"opened\":%.6f,\"seconds\":%.6f,\"cpu\":%.6f,\"items\":%d,\"trees\":%d}\n", opened, seconds, cpu,
         index.get_n_items(), index.get_n_trees());
}

template <class T, class Distance>
void run(bool building, char** arguments, size_t dimension) {
  if (building)
    build_file<T, Distance>(arguments, dimension);
  else
    search_file<T, Distance>(arguments, dimension);
}

void run_metric(const std::string& metric, bool building, char** arguments, size_t dimension) {
  if (metric == "euclidean") return run<float, Euclidean>(building, arguments, dimension);
  if (metric == "angular") return run<float, Angular>(building, arguments, dimension);
  if (metric == "manhattan") return run<float, Manhattan>(building, arguments, dimension);
  if (metric == "dot") return run<float, DotProduct>(building, arguments, dimension);
  if (metric == "hamming") return run<uint64_t, Hamming>(building, arguments, dimension);
  throw std::runtime_error("no metric " + metric);
}

}  // namespace

int main(int count, char** arguments) {
  try {
    const bool building = count == 9 && strcmp(arguments[1], "build") == 0;
    const bool searching = count == 10 && strcmp(arguments[1], "search") == 0;
    if (!building && !searching) throw std::runtime_error("arguments are missing; the source's head lists them");
    run_metric(arguments[2], building, arguments + 4, strtoull(arguments[3], nullptr, 10));
    return 0;
  } catch (const std::exception& error) {
    fprintf(stderr, "annoy_driver: %s\n", error.what());
    return 1;
  }
}
