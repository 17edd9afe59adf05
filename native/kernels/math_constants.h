// Polynomials and constants of the mathematical kernels. Coefficients come from interpolation at Chebyshev nodes in
// 400-bit arithmetic, lowest power first; a pair High, Low is a number to about 106 bits.
// Included inside an anonymous namespace only, after kernel_loops.h.

// (e^r − 1 − r) / r² for |r| ≤ ln 2 / 2.
constexpr f64 kExp[] = {0.5,
                        0.1666666666666667,
                        0.04166666666666667,
                        0.00833333333332614,
                        0.0013888888888883752,
                        0.00019841269874804214,
                        2.4801587325536023e-05,
                        2.7557255421023506e-06,
                        2.7557273657975953e-07,
                        2.5105208339987698e-08,
                        2.0914680780540263e-09};

// (ln((1 + s) / (1 − s)) − 2s) / s³ in z = s², z ≤ 0.0295.
constexpr f64 kLog[] = {0.6666666666666666,  0.4000000000000088,  0.2857142857080323,  0.2222222239180047,
                        0.18181795630884753, 0.15386240205813478, 0.13268759668560612, 0.13086767009948175};

// The same without its first two terms, 2/3 and 2z/5, divided by z².
constexpr f64 kLogTail[] = {0.285714285714286,   0.22222222222140664, 0.1818181822608058, 0.15384606389061298,
                            0.13334202049145272, 0.11721811990546963, 0.11566360418810438};

// (sin r − r) / r³ in z = r², |r| ≤ π/4.
constexpr f64 kSin[] = {-0.16666666666666666,  0.008333333333333331,   -0.0001984126984126504, 2.755731921932058e-06,
                        -2.50521062259944e-08, 1.6058530596645953e-10, -7.586636882825159e-13};

// (cos r − 1 + z/2) / z² in z = r².
constexpr f64 kCos[] = {0.041666666666666664,   -0.0013888888888888887,  2.4801587301584632e-05, -2.755731922139249e-07,
                        2.0876755787492604e-09, -1.1470460319209511e-11, 4.745838412531023e-14};

// (atan u − u) / u³ in z = u², |u| ≤ tan(π/8).
constexpr f64 kAtan[] = {-0.3333333333333333,   0.19999999999999998, -0.14285714285714146, 0.11111111111090245,
                         -0.09090909089276902,  0.07692307615661163, -0.06666664328470077, 0.0588230434681718,
                         -0.052624504139477286, 0.04754591554929332, -0.0429410117528075,  0.0372282586774054,
                         -0.027261979750820998, 0.01194761850731371};

// (sinh x − x) / x³ in z = x², |x| ≤ 1/2.
constexpr f64 kSinh[] = {0.16666666666666666,    0.008333333333333333,   0.00019841269841269893, 2.7557319223859257e-06,
                         2.5052108530089686e-08, 1.6058959031183615e-10, 7.671812104787627e-13};

// (cosh x − 1 − z/2) / z² in z = x².
constexpr f64 kCosh[] = {0.041666666666666664,   0.001388888888888889,  2.4801587301587332e-05, 2.7557319223915553e-07,
                         2.0876757068209572e-09, 1.147069849319588e-11, 4.7931687444156e-14};

constexpr f64 kLn2Parts[3] = {0.693147180559663, 2.8235290563014906e-13,
                              1.667085920830552e-25};                           // 41 bits, 41 bits, the rest
constexpr f64 kLn2High = 0.6931471805599453, kLn2Low = 2.3190468138462996e-17;  // ln 2
constexpr f64 kInverseLn2High = 1.4426950408889634, kInverseLn2Low = 2.0355273740931033e-17;   // 1 / ln 2
constexpr f64 kInverseLn10High = 0.4342944819032518, kInverseLn10Low = 1.098319650216765e-17;  // 1 / ln 10
constexpr f64 kLog10Of2High = 0.3010299956639812, kLog10Of2Low = -2.8037281277851704e-18;      // log10 2
constexpr f64 kTwoThirdsHigh = 0.6666666666666666, kTwoThirdsLow = 3.700743415417188e-17;      // 2/3
constexpr f64 kTwoFifthsHigh = 0.4, kTwoFifthsLow = -2.2204460492503132e-17;                   // 2/5
constexpr f64 kThirdHigh = 0.3333333333333333, kThirdLow = 1.850371707708594e-17;              // 1/3
constexpr f64 kHalfPiHigh = 1.5707963267948966, kHalfPiLow = 6.123233995736766e-17;            // π/2
constexpr f64 kQuarterPiHigh = 0.7853981633974483, kQuarterPiLow = 3.061616997868383e-17;      // π/4
constexpr f64 kPiHigh = 3.141592653589793, kPiLow = 1.2246467991473532e-16;                    // π
constexpr f64 kHalfPiParts[4] = {1.5707963267341256, 6.077100506303966e-11, 2.0222662487111665e-21,
                                 8.4784276603689e-32};  // 33 bits each, then the rest
// Binary digits of 2/π after a word of zeros: bit i (counted from 1) of the fraction is bit 63 − (i + 63) % 64 of word
// (i + 63) / 64.
constexpr u64 kTwoOverPi[] = {0x0000000000000000, 0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041,
                              0xfe5163abdebbc561, 0xb7246e3a424dd2e0, 0x06492eea09d1921c, 0xfe1deb1cb129a73e,
                              0xe88235f52ebb4484, 0xe99c7026b45f7e41, 0x3991d639835339f4, 0x9c845f8bbdf9283b,
                              0x1ff897ffde05980f, 0xef2f118b5a0a6d1f, 0x6d367ecf27cb09b7, 0x4f463f669e5fea2d,
                              0x7527bac7ebe5f17b, 0x3d0739f78a5292ea, 0x6bfb5fb11f8d5d08, 0x56033046fc7b6bab,
                              0xf0cfbc209af4361d};
