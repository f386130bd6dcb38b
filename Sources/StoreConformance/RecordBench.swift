import BulkModel
import Engine
import Formats
import Planning

/// Immediate work on the records of one table, told as short texts.
struct RecordBench: Sendable {
    let store: any RecordStore
    let target: RecordTarget

    static let now = Bench.now

    /// The table's records of the tenant, found by `key`; marks by name of their column.
    init(
        _ fixture: any StoreFixture, _ table: String, key: String = "id", tenant: String? = nil,
        softDelete: String? = nil, lock: String? = nil, status: String? = nil
    ) async throws {
        guard let store = fixture.store as? any RecordStore else {
            throw ConformanceFailure("the store is no RecordStore")
        }
        self.store = store
        let description = try await Bench.table(table, fixture)
        func column(_ name: String) throws -> ColumnDescription {
            guard let column = description.column(name) else { throw ConformanceFailure("no column \(name)") }
            return column
        }
        var standing = SelectionPlan.Standing()
        standing.softDelete = try softDelete.map { Mark(column: try column($0), meaning: .time) }
        standing.lock = try lock.map { Mark(column: try column($0), meaning: .time) }
        standing.status = try status.map(column)
        target = RecordTarget(
            table: description, rules: TableRules(), key: try column(key),
            tenant: tenant.map { Plan.Tenant(column: "tenant_id", value: TenantID($0)) }, standing: standing)
    }

    /// What one write does: `insert`, `update` or `delete` by the table's key.
    func plan(_ operation: BulkModel.Operation, _ columns: [String]) throws -> Plan {
        let key = operation == .insert ? [] : [target.key.name]
        let planned = try Bench.columns(columns, of: target.table, key: key)
        return Plan(
            operation: operation, table: target.table, inputs: planned.map { .column($0) }, key: key,
            tenant: target.tenant)
    }

    /// Writes the rows in a transaction of their own, or undoes it all in the end.
    @discardableResult
    func write(
        _ operation: BulkModel.Operation, _ columns: [String], _ rows: [[Cell]], isUndone: Bool = false
    ) async throws -> WrittenRecords {
        let plan = try plan(operation, columns)
        let batch = Bench.batch(rows, columns: plan.columns)
        return try await store.transact { session throws(StoreError) in
            let written = try session.write(batch, by: plan)
            return isUndone ? .undo(written) : .commit(written)
        }
    }

    /// `1 exists locked NEW`: how the records stand.
    func standings(_ keys: [RecordKey]) async throws -> [String] {
        let target = target
        let records = try await store.transact { session throws(StoreError) in
            .commit(try session.look(keys, of: target, at: Self.now))
        }
        return records.map { record in
            var words = [record.key.text, record.exists ? "exists" : "missing"]
            if record.isLocked { words.append("locked") }
            if let status = record.status { words.append(status) }
            return words.joined(separator: " ")
        }
    }

    /// The named column of the rows with these keys, and which of the keys they are of.
    func rows(_ keys: [RecordKey], _ column: String) async throws -> [String] {
        let target = target
        let rows = try await store.transact { session throws(StoreError) in
            .commit(try session.rows(keys, of: target))
        }
        return zip(rows.indices, rows.texts(of: column)).map { "\($0):\($1)" }
    }

    /// Pages of the key's column, each of at most `limit` records, in this order.
    func pages(
        by order: [(column: String, isDescending: Bool)], where condition: Condition = .all([]), limit: Int
    ) async throws -> [String] {
        var terms: [RecordQuery.Term] = []
        for (name, isDescending) in order + [(target.key.name, false)] {
            guard let column = target.table.column(name) else {
                throw ConformanceFailure("no column \(name)")
            }
            terms.append(RecordQuery.Term(column: column, isDescending: isDescending))
        }
        var query = RecordQuery(target: target, condition: condition, order: terms, limit: limit)
        var pages: [String] = []
        while pages.count < 50 {
            let rows = try await store.records(query)
            guard rows.rowCount > 0 else { return pages }
            pages.append(rows.texts(of: target.key.name).joined(separator: " "))
            query.after = terms.map { rows.value(of: $0.column.name, in: rows.rowCount - 1) }
        }
        throw ConformanceFailure("the list does not end")
    }
}

extension WrittenRecords {
    /// `created updated error`: the outcomes in order.
    var outcomes: String { actions.map { $0.word ?? "error" }.joined(separator: " ") }

    /// `1:DUPLICATE_KEY(email)`: the faults by index.
    var codes: String {
        faults.map { "\($0.index):\($0.fault.code.rawValue)" + ($0.fault.column.map { "(\($0))" } ?? "") }
            .joined(separator: " ")
    }

    /// `1 2 -`: the keys, a dash for none.
    var keyTexts: String { keys.map { $0?.text ?? "-" }.joined(separator: " ") }
}

extension RowSet {
    /// The column's value in the row at this index (from 0); nil for NULL.
    func value(of column: String, in row: Int) -> ConditionValue? {
        guard let place = columns.firstIndex(where: { $0.name == column }) else {
            return .text("no \(column)")
        }
        switch values[row * columns.count + place] {
        case .absent: return .text("absent")
        case .null: return nil
        case .integer(let number): return .integer(number)
        case .real(let number): return .real(number)
        case .text(let start, let length): return .text(text(start, length))
        case .blob(let start, let length):
            return .blob(Array(bytes[Int(start)..<Int(start) + Int(length)]))
        }
    }

    /// The column as texts, NULL as `NULL`.
    func texts(of column: String) -> [String] {
        indices.indices.map { row in
            switch value(of: column, in: row) {
            case nil: "NULL"
            case .integer(let number): String(number)
            case .real(let number): "\(number)"
            case .text(let text): text
            case .blob(let bytes): "\(bytes)"
            }
        }
    }

    private func text(_ start: UInt32, _ length: UInt32) -> String {
        String(decoding: bytes[Int(start)..<Int(start) + Int(length)], as: UTF8.self)
    }
}
