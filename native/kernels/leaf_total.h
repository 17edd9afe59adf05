// Eight distances summed up as kernels/distance.h sums one. Included inside an anonymous namespace only, after
// leaf_lanes.h.

// The sum (or the greatest) of term(j) over the columns, in the order of distance.h: eight sums, added as
// ((0+4)+(2+6))+((1+5)+(3+7)). What stays zero is left out: adding zero to what is not negative changes nothing.
template <TreeMeasure measure, u32 columns, class Term>
inline Lanes total(Term term) {
  if constexpr (measure == TreeMeasure::Greatest) {
    Lanes most = term(0);
#pragma GCC unroll 16
    for (u32 j = 1; j < columns; ++j) most = greater(term(j), most);
    return most;
  } else {
    Lanes t[8];
#pragma GCC unroll 16
    for (u32 j = 0; j < columns; ++j) t[j % 8] = j < 8 ? term(j) : t[j % 8] + term(j);
    Lanes even = t[0], odd = t[1];
    if constexpr (columns > 4) even = even + t[4];
    if constexpr (columns > 6) {
      even = even + (t[2] + t[6]);
    } else if constexpr (columns > 2) {
      even = even + t[2];
    }
    if constexpr (columns > 5) odd = odd + t[5];
    if constexpr (columns > 7) {
      odd = odd + (t[3] + t[7]);
    } else if constexpr (columns > 3) {
      odd = odd + t[3];
    }
    return even + odd;
  }
}
