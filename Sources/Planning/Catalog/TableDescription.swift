/// One table, as the database describes it: introspected, never configured.
package struct TableDescription: Hashable, Sendable {
    package var name: String
    package var columns: [ColumnDescription]
    /// Columns of the primary key, in key order; empty when there is none.
    package var primaryKey: [String]
    /// Unique keys over plain columns (partial and expression indexes left out), the primary key not among them.
    package var uniqueKeys: [[String]]
    /// Primary or unique keys (their columns) whose index compares by another collation than the columns do: a search by
    /// such a key may find several rows, so no job can use it as its key.
    package var keysOfOtherCollation: Set<Set<String>> = []
    package var foreignKeys: [ForeignKey]
    /// SQL texts of CHECK constraints, for messages and `doctor`.
    package var checks: [String]
    /// True when the outcome of one record may depend on another one beside it in ways the catalog does not show
    /// (triggers): such a table is always written in file order.
    package var hasTriggers: Bool

    /// `columns` refer to `parentColumns` of `parentTable`.
    package struct ForeignKey: Hashable, Sendable {
        package var columns: [String]
        package var parentTable: String
        package var parentColumns: [String]

        package init(columns: [String], parentTable: String, parentColumns: [String]) {
            self.columns = columns
            self.parentTable = parentTable
            self.parentColumns = parentColumns
        }
    }

    package init(
        name: String, columns: [ColumnDescription], primaryKey: [String], uniqueKeys: [[String]] = [],
        foreignKeys: [ForeignKey] = [], checks: [String] = [], hasTriggers: Bool = false
    ) {
        self.name = name
        self.columns = columns
        self.primaryKey = primaryKey
        self.uniqueKeys = uniqueKeys
        self.foreignKeys = foreignKeys
        self.checks = checks
        self.hasTriggers = hasTriggers
    }

    /// The column of that name, nil when there is none.
    package func column(_ name: String) -> ColumnDescription? { columns.first { $0.name == name } }
}
