import Planning

/// What writing to one table needs to know, beyond its description.
struct PostgresTable: Sendable {
    var description: TableDescription
    let oid: Int
    /// Quoted and qualified by its schema: ready for SQL.
    let sqlName: String
    /// Column name to its type's SQL (`format_type`): `numeric(10,2)`, `public.mood`, `integer[]`.
    var columnTypes: [String: String] = [:]
    /// Columns whose type has no equality (json, xml, point …) or one that takes different values for equal
    /// (citext, interval): compared by their text.
    var incomparableColumns: Set<String> = []
    /// Columns GENERATED ALWAYS AS IDENTITY: a value of one's own needs OVERRIDING SYSTEM VALUE, an update
    /// has none.
    var alwaysIdentityColumns: Set<String> = []
    /// SQL that makes a new key and the column it is for; nil unless the primary key is one column that the
    /// database fills.
    var keyDefault: KeyDefault?
    /// Every unique index, the primary key's included.
    var uniqueIndexes: [UniqueIndex] = []
    var foreignKeys: [ForeignKeyConstraint] = []
    /// Foreign keys of tables that refer to this one.
    var referringKeys: [ForeignKeyConstraint] = []
    var checks: [CheckConstraint] = []
    let isPartitioned: Bool
    /// Row-level security applies to us (`row_security_active`): COPY is refused then.
    let hasRowSecurity: Bool
    /// True when some record may depend on another of the same file: row triggers, or a foreign key to the
    /// table itself.
    var needsFileOrder: Bool

    /// `expression` gives one new key a call, `nextval('…')` for one.
    struct KeyDefault: Hashable, Sendable {
        let column: String
        let expression: String
        /// Whole numbers, else texts.
        let isInteger: Bool
    }

    /// A unique index, by name as errors give it (the constraint's name).
    struct UniqueIndex: Hashable, Sendable {
        let name: String
        /// Plain columns; empty when some part is an expression.
        let columns: [String]
        /// SQL of each part over the table's column names; the quoted column for a plain one.
        let expressions: [String]
        /// SQL of a partial index's condition.
        let predicate: String?
        let isNullDistinct: Bool
        /// What errors call its parts, where the table is partitioned.
        var partitionNames: Set<String> = []
        /// Checked at once, not at the end of the statement or transaction: ON CONFLICT needs that.
        var isImmediate = true
    }

    /// A foreign key: `columns` of `table` refer to `parentColumns` of `parentTable`; both tables as ready
    /// SQL names.
    struct ForeignKeyConstraint: Hashable, Sendable {
        let name: String
        let table: String
        var columns: [String]
        let parentTable: String
        /// As callers know it.
        let parentName: String
        var parentColumns: [String]
    }

    /// A CHECK: `expression` over the table's column names.
    struct CheckConstraint: Hashable, Sendable {
        let name: String
        let expression: String
    }
}
