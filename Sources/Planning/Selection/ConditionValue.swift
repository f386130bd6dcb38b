/// A value that was checked against its column, as `BoundValue` but owning its text.
package enum ConditionValue: Hashable, Sendable {
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])
}
