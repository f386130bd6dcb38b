/// The column that holds a record's status, and which changes of it are legal.
package struct StatusRule: Hashable, Sendable {
    package var column: String
    /// The statuses that may follow each; one that is not listed is final.
    package var transitions: [String: [String]]

    package init(column: String, transitions: [String: [String]] = [:]) {
        self.column = column
        self.transitions = transitions
    }
}
