/// What will be done to the records of a selection: worked out once from the request, the table and its rules.
///
/// A store selects `SelectedRecord`s by `scope` (and never those that `softDelete` marks), has `judge` say which may not be
/// changed, and applies `batch` as it applies any other.
package struct SelectionPlan: Sendable {
    /// The write that each record gets: an update or a delete by its key, the key first among the columns.
    package let write: Plan
    package let action: SelectionAction
    /// The one column that identifies records.
    package let key: ColumnDescription
    package let scope: Scope
    /// What to read of each record; nil members are not to be read.
    package let standing: Standing
    /// Columns that the caller asked to change, in the request's order.
    package let updatedFields: [String]
    /// Which statuses may follow which; nil when this plan does not change the status, or all may.
    let transitions: StatusRule?
    /// The status that this plan sets, as text; nil for NULL.
    let nextStatus: String?
    let row: RowTemplate
    /// What is merged into the documents of `standing`, in their order.
    var merges: [DocumentMerge] = []
    /// What messages call a record: `Order`.
    let noun: String

    /// Which records, ready for SQL.
    package enum Scope: Sendable {
        case matching(Condition)
        /// No id twice.
        case listed([RecordKey])
    }

    /// Columns that the rules look at.
    package struct Standing: Hashable, Sendable {
        /// The status column, when this plan changes it and its transitions are limited.
        package var status: ColumnDescription?
        /// Set when this plan archives.
        package var archive: Mark?
        package var lock: Mark?
        /// Records marked so do not exist for selections.
        package var softDelete: Mark?
        /// JSON columns whose objects are merged with what they hold.
        package var documents: [ColumnDescription] = []

        package init() {}
    }
}
