// The kernels' picture of the engine's StringView (16 bytes; short text inside, long text by pointer).
// Included inside an anonymous namespace only, after kernel_loops.h.

struct Text {
  u64 head;  // length, then the first 4 bytes
  u64 tail;  // the next 8 bytes, or the pointer to all of them
};

inline u32 text_length(const Text& t) { return static_cast<u32>(t.head); }

inline const char* text_data(const Text& t) {
  if (text_length(t) <= 12) return reinterpret_cast<const char*>(&t) + 4;
  return reinterpret_cast<const char*>(t.tail);
}

inline bool text_equal(const Text& a, const Text& b) {
  if (a.head != b.head) return false;
  if (a.tail == b.tail) return true;
  const u32 length = text_length(a);
  return length > 12 && __builtin_memcmp(text_data(a), text_data(b), length) == 0;
}

// Unused inline bytes are zero, so the first four bytes decide as one big-endian number unless they are equal.
inline bool text_less(const Text& a, const Text& b) {
  const u32 x = __builtin_bswap32(static_cast<u32>(a.head >> 32)),
            y = __builtin_bswap32(static_cast<u32>(b.head >> 32));
  if (x != y) return x < y;
  const u32 m = text_length(a), n = text_length(b), both = m < n ? m : n;
  if (both > 4) {
    const int order = __builtin_memcmp(text_data(a) + 4, text_data(b) + 4, both - 4);
    if (order != 0) return order < 0;
  }
  return m < n;
}
