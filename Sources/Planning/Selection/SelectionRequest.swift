package import Formats

/// What to do to which records, as a dialect read it: names and values are not yet held against the table.
package struct SelectionRequest: Hashable, Sendable {
    package var table: String
    package var action: SelectionAction
    package var scope: Scope
    /// Columns and their new values; empty for `archive` and `delete`.
    package var updates: [JSONValue.Member]
    /// An object given for a JSON column takes the place of members of the same name only, not of the whole document.
    package var mergesObjects = false

    /// Which records.
    package enum Scope: Hashable, Sendable {
        case matching(FilterExpression)
        /// Ids in the caller's order; each counts once, at its first place.
        case listed([JSONValue])
    }

    package init(
        table: String, action: SelectionAction, scope: Scope, updates: [JSONValue.Member] = []
    ) {
        self.table = table
        self.action = action
        self.scope = scope
        self.updates = updates
    }
}
