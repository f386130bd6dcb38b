/// How a database keeps less of a column's values than the column's type says.
package enum KeptForm: Hashable, Sendable {
    /// A point in time without its offset: what is written must be UTC's.
    case withoutOffset
    /// A decimal as a 64-bit integer or the nearest Double.
    case asDouble
}
