/// What an unquoted empty CSV cell stands for (`assume.empty_is` of a job; default `absent`).
package enum EmptyMeaning: String, CaseIterable, Sendable {
    /// Insert: the column's default. Update: the column stays as it is.
    case absent
    /// SQL NULL.
    case null
    /// The empty text.
    case text
}
