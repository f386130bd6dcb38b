import BulkModel
import Engine
import Formats
import Planning

/// What everything that writes one chunk works with.
struct ChunkTarget {
    let plan: Plan
    let columns: [PlannedColumn]
    let table: PostgresTable
    let batch: BoundBatch
    let view: BatchView
    let session: Session

    /// `view` is of the batch.
    init(_ plan: Plan, _ batch: BoundBatch, table: PostgresTable, view: BatchView, session: Session) {
        self.plan = plan
        columns = batch.columns
        self.table = table
        self.batch = batch
        self.view = view
        self.session = session
    }

    /// Batch columns that find a record.
    var keyColumns: [Int] { columns.indices.filter { columns[$0].isKey } }

    /// The one column that identifies records; nil when several do.
    var keyName: String? {
        let names = plan.key.isEmpty ? plan.table.primaryKey : plan.key
        return names.count == 1 ? names[0] : nil
    }

    /// Place of the table's column in the batch; nil when the input does not bring it.
    func place(of name: String) -> Int? { columns.firstIndex { $0.column.name == name } }

    /// The column's type as SQL spells it.
    func type(of name: String) -> String { table.columnTypes[name] ?? "text" }

    /// SQL of the value the database makes for the column, nil for none.
    func defaultExpression(of column: ColumnDescription) -> String? {
        if let expression = column.defaultSQL { return expression }
        guard column.isAutomatic else { return nil }
        let name = SQLText.literal(column.name)
        return "nextval(pg_get_serial_sequence(\(SQLText.literal(table.sqlName)), \(name)))"
    }

    /// `t."key" = s."key"` for each key column, and the tenant's condition: the caller's row of the record.
    var ownRow: String { ([anyRow] + (tenantCondition.map { [$0] } ?? [])).joined(separator: " AND ") }

    /// The same, be the row whose it may.
    var anyRow: String {
        keyColumns.map { SQLText.quoted(columns[$0].column.name) }
            .map { "t.\($0) = s.\($0)" }.joined(separator: " AND ")
    }

    /// Which rows are the caller's; nil when all are.
    var tenantCondition: String? {
        guard let tenant = plan.tenant else { return nil }
        let value = SQLText.literal(Parameter.storableText(tenant.value.text))
        return "t.\(SQLText.quoted(tenant.column))::text COLLATE \"C\" = \(value)"
    }
}
