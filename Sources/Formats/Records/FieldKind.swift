/// How one field of a record came in; what it means is decided later, by the binder.
package enum FieldKind: UInt8, Sendable {
    /// The record has no such field (JSON key missing, CSV record too short).
    case absent = 0
    /// An unquoted CSV cell, perhaps empty.
    case bare
    /// A quoted CSV cell; its bytes are unescaped already.
    case quoted
    /// A JSON string; its bytes are unescaped already.
    case string
    /// A JSON number, as written.
    case number
    /// JSON `true`, `false` and `null`, as written.
    case `true`
    case `false`
    case null
    /// A JSON object or array, as written.
    case raw
}
