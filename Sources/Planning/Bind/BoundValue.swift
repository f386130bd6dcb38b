/// One value ready for the database: 16 bytes, no reference; text and blobs are spans of the batch's bytes.
package enum BoundValue: Hashable, Sendable {
    /// Not given: insert leaves the default, update leaves the column.
    case absent
    case null
    case integer(Int64)
    case real(Double)
    case text(start: UInt32, length: UInt32)
    case blob(start: UInt32, length: UInt32)
}
