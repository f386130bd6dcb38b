/// How a record is written.
package enum RecordChange: Hashable, Sendable {
    /// A new record.
    case create
    /// The columns that are named change.
    case patch
    /// A record that is there becomes what is named.
    case replace
}
