import BulkModel
import Engine
import GRDBSQLite
import Planning

/// Writes the records of one plan: statements prepared once, bound straight from the batch's bytes.
///
/// Budget: no allocation a record that succeeds. Used on the writer's queue only.
final class TableWriter {
    let plan: Plan
    let columns: [PlannedColumn]
    /// The key that the database makes, if there is one, and where the batch has it.
    let automaticColumn: (name: String, index: Int?)?
    /// Set by a call that gave `error`.
    private(set) var failure: StepFailure?
    /// Required columns that the last refused upsert did not bring.
    private(set) var missingNames: [String] = []
    let connection: OpaquePointer
    private let sql: TableStatements
    private let requiredIndexes: [Int]
    /// Required columns that no record of this batch can bring.
    private let missingAlways: [String]
    private let inserts: StatementShapes
    private let updates: StatementShapes
    /// Asked after an update that changed nothing, where triggers may have held it back.
    private let differences: StatementShapes
    private var others: [String: PreparedStatement] = [:]
    private let referring: ReferringTables

    init(plan: Plan, columns: [PlannedColumn], connection: OpaquePointer) throws {
        self.plan = plan
        self.columns = columns
        self.connection = connection
        let names = columns.map(\.column.name)
        let keys = plan.operation == .insert ? [] : plan.key.compactMap { names.firstIndex(of: $0) }
        guard plan.operation == .insert || !keys.isEmpty && keys.count == plan.key.count else {
            throw StoreError(.failed, "the plan's key is not among the batch's columns")
        }
        let sql = TableStatements(plan: plan, columns: columns, keys: keys)
        self.sql = sql
        referring = ReferringTables(plan: plan, connection: connection)
        automaticColumn = plan.table.columns.first(where: \.isAutomatic).map {
            ($0.name, names.firstIndex(of: $0.name))
        }
        requiredIndexes = columns.indices.filter { columns[$0].column.isRequired }
        missingAlways = plan.table.columns
            .filter { $0.isRequired && !names.contains($0.name) && $0.name != plan.tenant?.column }.map(
                \.name)
        let tenant = plan.tenant?.value.text
        let tenantNumber = CInt(columns.count + 1)
        let prepare = { (text: String) throws in
            let statement = try PreparedStatement(text, on: connection)
            if tenant != nil { statement.bind(tenant, at: tenantNumber) }
            return statement
        }
        inserts = StatementShapes(
            deciding: columns.indices.filter { columns[$0].column.defaultSQL != nil },
            columnCount: columns.count
        ) { try prepare(sql.insert($0, skippingExisting: plan.operation == .upsert)) }
        let settable = columns.indices.filter { !keys.contains($0) && !columns[$0].isForNewOnly }
        updates = StatementShapes(deciding: settable, columnCount: columns.count) {
            try prepare(sql.update($0))
        }
        differences = StatementShapes(deciding: settable, columnCount: columns.count) {
            try prepare(sql.findChanged($0))
        }
    }

    /// Rowid of the record created last.
    var lastKey: Int64 { sqlite3_last_insert_rowid(connection) }

    /// What became of the record; for `error` `failure` says why, or nil: there is no such record.
    func write(_ row: UnsafePointer<BoundValue>, _ view: BatchView) throws -> RecordAction {
        failure = nil
        missingNames = []
        switch plan.operation {
        case .insert: return try insert(row, view)
        case .update: return try update(row, view)
        case .upsert: return try upsert(row, view)
        case .delete: return try delete(row, view)
        case .query: throw StoreError(.failed, "a query job has no records to apply")
        }
    }

    private func insert(_ row: UnsafePointer<BoundValue>, _ view: BatchView) throws -> RecordAction {
        guard try run(inserts.statement(for: row), row, view) else { return .error }
        if sqlite3_changes(connection) == 1 { return .created }
        failure = StepFailure(.ignored, "")
        return .error
    }

    private func update(_ row: UnsafePointer<BoundValue>, _ view: BatchView) throws -> RecordAction {
        if updates.bringsAny(row) {
            guard try run(updates.statement(for: row), row, view) else { return .error }
            if try changesOneRow() { return .updated }
            if try plan.table.hasTriggers && finds(differences.statement(for: row), row, view) {
                failure = StepFailure(.ignored, "")
                return .error
            }
        }
        return try finds(sql.findOwn, row, view) ? .unchanged : .error
    }

    /// True when the statement changed its row, false when none. Several would mean that the key's index and column
    /// compare by different collations: nothing of the chunk may stay then.
    private func changesOneRow() throws(StoreError) -> Bool {
        let changes = sqlite3_changes(connection)
        guard changes <= 1 else {
            throw StoreError(
                .failed, "a key of table \(plan.table.name) matched \(changes) rows; see its collation")
        }
        return changes == 1
    }

    private func delete(_ row: UnsafePointer<BoundValue>, _ view: BatchView) throws -> RecordAction {
        guard try run(other(sql.delete), row, view) else { return .error }
        if try changesOneRow() { return .deleted }
        if try plan.table.hasTriggers && finds(sql.findOwn, row, view) { failure = StepFailure(.ignored, "") }
        return .error
    }

    /// Insert first, update when the key is taken; the other way round where a failing insert could do harm
    /// (a BEFORE trigger has run by then) or cannot succeed (required columns are missing).
    private func upsert(_ row: UnsafePointer<BoundValue>, _ view: BatchView) throws -> RecordAction {
        let lacksRequired = !missingAlways.isEmpty || requiredIndexes.contains { row[$0].isAbsent }
        guard lacksRequired || plan.table.hasTriggers else { return try insertElseUpdate(row, view) }
        let action = try update(row, view)
        guard action == .error, failure == nil else { return action }
        guard !lacksRequired else {
            missingNames =
                missingAlways
                + requiredIndexes.filter { row[$0].isAbsent }.map { columns[$0].column.name }
            return .error
        }
        let inserted = try insert(row, view)
        if failure?.kind == .ignored, try finds(sql.findAny, row, view) {
            failure = StepFailure(.unique, "")
        }
        return inserted
    }

    private func insertElseUpdate(_ row: UnsafePointer<BoundValue>, _ view: BatchView) throws -> RecordAction
    {
        let inserted = try insert(row, view)
        guard inserted == .error, let refusal = failure, !hasLostTransaction else { return inserted }
        // The row may be there all the same: the insert may have failed on defaults that an update leaves
        // alone.
        failure = nil
        let action = try update(row, view)
        guard action == .error, failure == nil else { return action }
        let isTaken = try refusal.kind == .ignored && finds(sql.findAny, row, view)
        failure = isTaken ? StepFailure(.unique, "") : refusal
        return .error
    }

    /// As `write`, but a record that leaves a reference open is refused and undone by itself.
    func writeResolved(_ row: UnsafePointer<BoundValue>, _ view: BatchView) throws -> RecordAction {
        try other("SAVEPOINT breakbulk_record").run()
        let action = try write(row, view)
        guard !hasLostTransaction else { return action }
        let isOpen = hasUnresolvedReferences
        if isOpen { try other("ROLLBACK TO breakbulk_record").run() }
        try other("RELEASE breakbulk_record").run()
        guard isOpen else { return action }
        failure = StepFailure(.foreignKey, "")
        return .error
    }

    /// What is written from here on is undone by `undoDryRun`, and the transaction goes on.
    func beginDryRun() throws { try other("SAVEPOINT breakbulk_dry_run").run() }

    func undoDryRun() throws {
        try other("ROLLBACK TO breakbulk_dry_run").run()
        try other("RELEASE breakbulk_dry_run").run()
    }

    /// True while the transaction could not commit: some foreign key, deferred or not, has no parent.
    var hasUnresolvedReferences: Bool { Self.hasUnresolvedReferences(on: connection) }

    static func hasUnresolvedReferences(on connection: OpaquePointer) -> Bool {
        var current: CInt = 0
        var highest: CInt = 0
        sqlite3_db_status(connection, SQLITE_DBSTATUS_DEFERRED_FKS, &current, &highest, 0)
        return current != 0
    }

    /// True when a trigger rolled the whole transaction back.
    var hasLostTransaction: Bool { sqlite3_get_autocommit(connection) != 0 }

    /// False when the record was refused; throws when the database failed.
    private func run(
        _ statement: PreparedStatement, _ row: UnsafePointer<BoundValue>, _ view: BatchView
    ) throws -> Bool {
        for index in 0..<view.columnCount { statement.bind(row[index], at: index + 1, in: view.bytes) }
        let code = statement.step()
        if code == SQLITE_DONE {
            statement.reset()
            return true
        }
        defer { statement.reset() }
        failure = try StepFailure(lastOf: connection)
        return false
    }

    private func finds(
        _ sql: String, _ row: UnsafePointer<BoundValue>, _ view: BatchView
    ) throws -> Bool {
        try finds(other(sql), row, view)
    }

    private func finds(
        _ statement: PreparedStatement, _ row: UnsafePointer<BoundValue>, _ view: BatchView
    ) throws -> Bool {
        for index in 0..<view.columnCount { statement.bind(row[index], at: index + 1, in: view.bytes) }
        return try statement.hasRow()
    }

    func other(_ sql: String) throws -> PreparedStatement {
        if let statement = others[sql] { return statement }
        let statement = try PreparedStatement(sql, on: connection)
        if let tenant = plan.tenant { statement.bind(tenant.value.text, at: CInt(columns.count + 1)) }
        others[sql] = statement
        return statement
    }

    /// The first foreign key of the record that no parent satisfies: SQLite only says that there is one.
    func unresolvedForeignKey(
        _ row: UnsafePointer<BoundValue>, _ view: BatchView
    ) throws -> TableDescription.ForeignKey? {
        guard plan.operation != .delete else { return nil }
        return try plan.table.foreignKeys.first { try !isResolved($0, row, view) }
    }

    /// The table whose records refer to this one, as far as one is found.
    func referringTable(_ row: UnsafePointer<BoundValue>, _ view: BatchView) throws -> String? {
        guard plan.operation != .insert else { return nil }
        return try referring.first(ownRow: sql.ownRow) { statement in
            for index in 0..<view.columnCount { statement.bind(row[index], at: index + 1, in: view.bytes) }
            if let tenant = plan.tenant { statement.bind(tenant.value.text, at: CInt(columns.count + 1)) }
        }
    }

    private func isResolved(
        _ key: TableDescription.ForeignKey, _ row: UnsafePointer<BoundValue>, _ view: BatchView
    ) throws -> Bool {
        let statement = try PreparedStatement(TableStatements.parent(of: key), on: connection)
        for (place, name) in key.columns.enumerated() {
            if name == plan.tenant?.column {
                statement.bind(plan.tenant?.value.text, at: CInt(place + 1))
                continue
            }
            // A column the record does not bring, or NULL: not this record's doing.
            guard let index = columns.firstIndex(where: { $0.column.name == name }), !row[index].isMissing
            else {
                return true
            }
            statement.bind(row[index], at: place + 1, in: view.bytes)
        }
        return try statement.hasRow()
    }
}
