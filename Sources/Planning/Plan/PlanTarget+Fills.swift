import BulkModel

/// What the server makes for new records: an id where `key.prefix` is configured, and the times of `timestamps`.
extension PlanTarget {
    /// One for each column that is filled, in table order.
    var fills: [Plan.Fill] {
        table.columns.compactMap { column in
            fillKind(of: column).map { Plan.Fill(column: filled(column), kind: $0) }
        }
    }

    /// The column where the server fills it: an upsert leaves records alone that are there.
    private func filled(_ column: ColumnDescription) -> PlannedColumn {
        PlannedColumn(
            column: column, isRequired: false, isKey: false, enumeration: nil, refusesNull: false,
            isForNewOnly: operation == .upsert)
    }

    /// What the column is filled with; nil for one that records bring themselves. An upsert's own key is always brought.
    func fillKind(of column: ColumnDescription) -> Plan.Fill.Kind? {
        guard operation == .insert || operation == .upsert, !column.isGenerated, !key.contains(column.name),
            column.name != rules.tenantColumn
        else { return nil }
        if let prefix = rules.keyPrefix, isRecordKey(column), column.holdsMadeIDs {
            return .id(prefix: prefix)
        }
        let times = rules.timestamps
        guard column.name == times?.created || column.name == times?.updated, column.type.holdsTimes else {
            return nil
        }
        return column.type == .date ? .date : .time
    }

    /// True for the one column that identifies the table's records.
    private func isRecordKey(_ column: ColumnDescription) -> Bool {
        guard let configured = rules.key else {
            return table.primaryKey.filter { $0 != rules.tenantColumn } == [column.name]
        }
        return configured == column.name
    }
}
