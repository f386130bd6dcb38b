import BulkModel

/// What a job works on and which values it must bring.
struct PlanTarget {
    let operation: BulkModel.Operation
    let table: TableDescription
    let rules: TableRules
    /// Identifies records; empty for insert.
    let key: [String]

    /// Columns that every record must have a value in, in table order.
    ///
    /// An upsert may leave out columns that only new records need: which records are new is the database's to say, and it
    /// refuses those alone. What the configuration requires the database does not know of, so it is always needed.
    var requiredColumns: [ColumnDescription] {
        table.columns.filter(isRequired)
    }

    /// The column with its rules in this job; a configured enumeration narrows the database's.
    func planned(_ column: ColumnDescription) -> PlannedColumn { planned(column, isJSON: false) }

    /// The same; `isJSON`: values must be JSON text as well.
    func planned(_ column: ColumnDescription, isJSON: Bool) -> PlannedColumn {
        PlannedColumn(
            column: column, isRequired: isRequired(column), isKey: key.contains(column.name),
            enumeration: rules.enumerations[column.name] ?? column.allowedValues,
            refusesNull: refusesNull(column), isJSON: isJSON)
    }

    private func isRequired(_ column: ColumnDescription) -> Bool {
        guard column.name != rules.tenantColumn, !column.isGenerated, fillKind(of: column) == nil else {
            return false
        }
        switch operation {
        case .query: return false
        case .update, .delete: return key.contains(column.name)
        case .upsert: return key.contains(column.name) || rules.required.contains(column.name)
        case .insert: return rules.required.contains(column.name) || column.isRequired || isBareKey(column)
        }
    }

    private func refusesNull(_ column: ColumnDescription) -> Bool {
        if key.contains(column.name) || rules.required.contains(column.name) { return true }
        // Where a record is made, NULL in an automatic column means: make a value.
        if column.isAutomatic, operation == .insert || operation == .upsert { return false }
        return !column.isNullable || table.primaryKey.contains(column.name)
    }

    /// SQLite lets NULL into primary keys that are not INTEGER ("The PRIMARY KEY", sqlite.org/lang_createtable.html: a bug
    /// kept for compatibility); a record without its key could never be found again.
    private func isBareKey(_ column: ColumnDescription) -> Bool {
        table.primaryKey.contains(column.name) && column.defaultSQL == nil && !column.isAutomatic
    }
}
