// Feeds: rows in order, bounded, errors and early ends told to both sides; foreign columns checked before they are
// believed.
#include "engine/feed.h"

#include <atomic>

#include "engine/feed_column.h"
#include "test/check.h"

namespace spillway {
namespace {

Block numbers(i32 first, u32 rows) {
  FeedColumn column;
  std::vector<i32> values(rows);
  for (u32 i = 0; i < rows; ++i) values[i] = first + static_cast<i32>(i);
  column.type = Type::I32;
  column.values = reinterpret_cast<const u8*>(values.data());
  column.values_bytes = values.size() * 4;
  column.values_width = 4;
  Block block;
  block.rows = rows;
  block.columns.push_back(copy_feed_column(column, rows, 0));
  return block;
}

struct Opened {
  MemoryPool pool{std::size_t{64} << 20};
  QueryContext context{pool, QueryOptions{}};
  std::shared_ptr<Feed> feed = std::make_shared<Feed>(std::vector<Type>{Type::I32});
  std::shared_ptr<Source> source;
  Opened() {
    SourceDescription description;
    description.columns = {0};
    source = feed->open_source(context, description);
  }
};

TEST(rows_come_in_order_and_the_end_is_told) {
  Opened opened;
  Morsel morsel;
  CHECK(opened.source->next_morsel(morsel) == Source::Next::Wait);
  opened.feed->push(numbers(0, 3000));
  opened.feed->push(numbers(3000, 10));
  opened.feed->end();
  auto reader = opened.source->make_reader();
  i32 expected = 0;
  for (u64 sequence = 0; opened.source->next_morsel(morsel) == Source::Next::Ready; ++sequence) {
    CHECK_EQ(morsel.sequence, sequence);
    reader->open(morsel);
    while (u32 rows = reader->next()) {
      CHECK_EQ(reader->row(), static_cast<u64>(expected));
      for (u32 i = 0; i < rows; ++i) CHECK_EQ(reader->column(0).values<i32>()[i], expected++);
    }
  }
  CHECK_EQ(expected, 3010);
  CHECK(opened.source->next_morsel(morsel) == Source::Next::End);
}

TEST(a_full_queue_says_so_and_says_when_it_is_not) {
  Opened opened;
  std::atomic<int> changes{0};
  opened.feed->on_change([&] { changes.fetch_add(1); });
  CHECK(opened.feed->wants() == Feed::Wants::More);
  while (opened.feed->wants() == Feed::Wants::More) opened.feed->push(numbers(0, Feed::kFeedRows));
  CHECK(opened.feed->wants() == Feed::Wants::Full);
  Morsel morsel;
  CHECK(opened.source->next_morsel(morsel) == Source::Next::Ready);
  CHECK_EQ(changes.load(), 1);
  CHECK(opened.feed->wants() == Feed::Wants::More);
  opened.source->stop();
  CHECK_EQ(changes.load(), 2);
  CHECK(opened.feed->wants() == Feed::Wants::Stopped);
  opened.feed->push(numbers(0, 10));  // dropped
}

TEST(pushes_wake_the_query) {
  Opened opened;
  int wakes = 0;
  opened.source->on_ready([&] { wakes += 1; });
  opened.feed->push(numbers(0, 10));
  opened.feed->end();
  CHECK_EQ(wakes, 2);
  CHECK_THROWS(opened.feed->push(numbers(0, 10)), Error, CHECK(error.code() == ErrorCode::Argument));
}

TEST(a_failed_feed_fails_its_query) {
  Opened opened;
  opened.feed->push(numbers(0, 10));
  opened.feed->fail(Error(ErrorCode::Format, "broken"));
  Morsel morsel;
  CHECK_THROWS(opened.source->next_morsel(morsel), Error, CHECK(error.code() == ErrorCode::Format));
}

TEST(a_feed_is_read_once) {
  Opened opened;
  SourceDescription description;
  description.columns = {0};
  CHECK_THROWS(opened.feed->open_source(opened.context, description), Error,
               CHECK(error.code() == ErrorCode::Argument));
}

TEST(a_query_that_ends_unread_releases_its_feed) {
  auto feed = std::make_shared<Feed>(std::vector<Type>{Type::I32});
  feed->query_ended();
  CHECK(feed->wants() == Feed::Wants::Stopped);
}

FeedColumn text_column(const std::vector<i32>& offsets, const std::string& text) {
  FeedColumn column;
  column.type = Type::Utf8;
  column.offsets = offsets.data();
  column.offsets_count = offsets.size();
  column.text = reinterpret_cast<const u8*>(text.data());
  column.text_bytes = text.size();
  return column;
}

TEST(text_is_copied_from_any_offset) {
  std::vector<i32> offsets = {2, 4, 4, 7};
  std::string text = "__abcde__";
  BlockColumn column = copy_feed_column(text_column(offsets, text), 3, 0);
  CHECK(column.text_at(0).text() == "ab");
  CHECK(column.text_at(1).text().empty());
  CHECK(column.text_at(2).text() == "cde");
}

TEST(codes_of_any_width_become_their_texts) {
  std::vector<i32> offsets = {0, 1, 3, 6};
  std::string text = "abbccc";
  u8 validity = 0b1011 << 2;
  for (u32 width : {1u, 2u, 4u, 8u}) {
    std::vector<u8> codes(4 * width, 0);
    codes[0] = 2;
    codes[1 * width] = 0;
    codes[2 * width] = 200;  // under a null
    codes[3 * width] = 1;
    FeedColumn column = text_column(offsets, text);
    column.values = codes.data();
    column.values_bytes = codes.size();
    column.values_width = width;
    column.validity = &validity;
    column.validity_bytes = 1;
    column.validity_offset = 2;
    BlockColumn copied = copy_feed_column(column, 4, 0);
    CHECK_EQ(copied.null_count, 1u);
    CHECK(copied.text_at(0).text() == "ccc");
    CHECK(copied.text_at(1).text() == "a");
    CHECK(copied.text_at(3).text() == "bb");
    column.validity = nullptr;
    CHECK_THROWS(copy_feed_column(column, 4, 0), Error, CHECK(error.code() == ErrorCode::Argument));
  }
}

TEST(what_does_not_fit_is_refused) {
  std::string text = "abc";
  for (const std::vector<i32>& offsets : {std::vector<i32>{0, 2, 1}, {0, 2, 4}, {-1, 2, 3}, {0, 3}}) {
    CHECK_THROWS(copy_feed_column(text_column(offsets, text), 2, 0), Error, CHECK(error.code() == ErrorCode::Argument));
  }
  u8 bytes[8] = {0};
  FeedColumn column;
  column.type = Type::I32;
  column.values = bytes;
  column.values_bytes = 8;
  column.values_width = 4;
  CHECK_THROWS(copy_feed_column(column, 3, 0), Error);
  column.values_width = 8;
  CHECK_THROWS(copy_feed_column(column, 1, 0), Error);
  column.values_width = 4;
  column.validity = bytes;
  column.validity_bytes = 1;
  column.validity_offset = 7;
  CHECK_THROWS(copy_feed_column(column, 2, 0), Error);
  column.type = Type::Bool;
  column.validity = nullptr;
  column.values_bytes = 1;
  column.values_offset = 6;
  CHECK_THROWS(copy_feed_column(column, 3, 0), Error);
}

}  // namespace
}  // namespace spillway
