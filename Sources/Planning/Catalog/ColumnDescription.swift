/// One column of a table, as the database describes it.
package struct ColumnDescription: Hashable, Sendable {
    package var name: String
    /// As declared, for messages.
    package var declaredType: String
    package var type: ValueType
    package var isNullable: Bool
    /// The default's SQL text, nil when there is none.
    package var defaultSQL: String?
    /// Computed by the database; never written.
    package var isGenerated: Bool
    /// The database makes a value when an insert has none (SQLite: alias of the rowid).
    package var isAutomatic: Bool
    /// The only values that the column's type has (an enumerated type's labels), nil for all.
    package var allowedValues: [String]?
    /// What the database keeps less of than the type says, nil for nothing.
    package var keptForm: KeptForm?

    package init(
        name: String, declaredType: String, type: ValueType, isNullable: Bool = true,
        defaultSQL: String? = nil, isGenerated: Bool = false, isAutomatic: Bool = false,
        allowedValues: [String]? = nil
    ) {
        self.name = name
        self.declaredType = declaredType
        self.type = type
        self.isNullable = isNullable
        self.defaultSQL = defaultSQL
        self.isGenerated = isGenerated
        self.isAutomatic = isAutomatic
        self.allowedValues = allowedValues
    }

    /// True when an insert must bring a value.
    package var isRequired: Bool { !isNullable && defaultSQL == nil && !isGenerated && !isAutomatic }
}
