/** A value written in an expression or a predicate. */

/** A Date stands for a date or a timestamp, by what it meets. */
export type LiteralValue = null | boolean | number | bigint | string | Date;
