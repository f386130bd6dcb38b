/// A table column that the input brings, with the rules its values must pass.
package struct PlannedColumn: Hashable, Sendable {
    package let column: ColumnDescription
    /// Must have a value in every record of this job.
    package let isRequired: Bool
    /// Part of the key that finds the record.
    package let isKey: Bool
    /// May be left out, perhaps, but may not be NULL.
    package let refusesNull: Bool
    /// The only spellings allowed, nil for all.
    package let enumeration: [String]?
    /// Values must be JSON text, whatever the column's type.
    package let isJSON: Bool
    /// An upsert writes it in records that it makes, and leaves it alone in those that are there.
    package let isForNewOnly: Bool
    /// Tells when a record was changed: an update writes it where another column differs, and for its sake alone none.
    package let isChangeTime: Bool

    /// `refusesNull` nil: when it is required or the table says NOT NULL.
    package init(
        column: ColumnDescription, isRequired: Bool, isKey: Bool, enumeration: [String]?,
        refusesNull: Bool? = nil, isJSON: Bool = false, isForNewOnly: Bool = false,
        isChangeTime: Bool = false
    ) {
        self.column = column
        self.isRequired = isRequired
        self.isKey = isKey
        self.enumeration = enumeration
        self.isJSON = isJSON
        self.isForNewOnly = isForNewOnly
        self.isChangeTime = isChangeTime
        self.refusesNull = refusesNull ?? (isRequired || !column.isNullable)
    }
}
