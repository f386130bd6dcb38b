import BulkModel
import Engine
import Formats
import Planning
import Synchronization

/// One transaction over `RecordMemory`.
final class MemorySession: RecordSession {
    private(set) var state: RecordMemory.State
    private let store: RecordMemory
    private var marks: [RecordMemory.State] = []

    init(_ store: RecordMemory, _ state: RecordMemory.State) {
        self.store = store
        self.state = state
    }

    func look(
        _ keys: [RecordKey], of target: RecordTarget, at now: Timestamp
    ) throws(StoreError) -> [SelectedRecord] {
        try call("look \(keys.count)")
        return keys.map { key in
            guard let row = state.rows[target.table.name]?[key.text], target.sees(row) else {
                return SelectedRecord(key: key, exists: false)
            }
            var status: String?
            if let column = target.standing.status, case .text(let text)? = row[column.name] ?? nil {
                status = text
            }
            let lock = target.standing.lock.flatMap { row[$0.column.name] ?? nil }
            return SelectedRecord(key: key, status: status, isLocked: lock == .integer(1))
        }
    }

    func write(_ batch: BoundBatch, by plan: Plan) throws(StoreError) -> WrittenRecords {
        try call("\(plan.operation.rawValue) \(batch.recordCount)")
        var written = WrittenRecords(actions: [], faults: [], keys: [])
        for index in 0..<batch.recordCount {
            switch write(batch.row(index), plan) {
            case .success(let (action, key)):
                written.actions.append(action)
                written.keys.append(key)
            case .failure(let refusal):
                let place = Position(record: index + 1, line: 0, byte: 0)
                written.actions.append(.error)
                written.keys.append(nil)
                written.faults.append(
                    RecordFault(index: index, fault: Fault(refusal.code, at: place, message: refusal.message))
                )
            }
        }
        return written
    }

    func rows(_ keys: [RecordKey], of target: RecordTarget) throws(StoreError) -> RowSet {
        try call("rows \(keys.count)")
        var found: [(Int, [String: ConditionValue?])] = []
        for (index, key) in keys.enumerated() {
            guard let row = state.rows[target.table.name]?[key.text], target.sees(row) else { continue }
            found.append((index, row))
        }
        return target.rowSet(found.map(\.1), indices: found.map(\.0))
    }

    func page(_ query: RecordQuery) throws(StoreError) -> RowSet {
        try call("page")
        if let refused = store.refused.withLock({ $0 }) { throw StoreError(.selectionRefused, refused) }
        return state.page(query)
    }

    func mark() throws(StoreError) -> RecordMark {
        try call("mark")
        marks.append(state)
        return RecordMark(number: marks.count)
    }

    func undo(to mark: RecordMark) throws(StoreError) {
        try call("undo")
        state = marks[mark.number - 1]
    }

    func insert(_ job: Job, receipt: ChunkReceipt?) throws(StoreError) {
        try call("job")
        state.jobs[job.id] = job
        state.receipts[job.id] = receipt
    }

    func save(_ reply: StoredReply) throws(StoreError) {
        try call("reply")
        state.replies.append(reply)
    }

    private func call(_ name: String) throws(StoreError) {
        store.note(name)
        let number = store.calls.withLock { $0.count }
        if store.failing.withLock({ $0 }) == number { throw StoreError(.busy, "call \(number)") }
    }

    private func write(
        _ row: [String: ConditionValue?], _ plan: Plan
    ) -> Result<(RecordAction, RecordKey), Refusal> {
        let table = plan.table.name
        let name = plan.key[0]
        var key = (row[name] ?? nil).map(\.key)
        if plan.operation == .insert, key == nil {
            key = .integer(state.nextKey)
            state.nextKey += 1
        }
        guard let key else { return .failure(Refusal(.processingError, "no key")) }
        let old = state.rows[table]?[key.text]
        if plan.operation == .insert, old != nil {
            return .failure(Refusal(.duplicateKey, "\(key.text) is there"))
        }
        if plan.operation != .insert, old == nil {
            return .failure(Refusal(.recordNotFound, "\(key.text) is not there"))
        }
        guard plan.operation != .delete else {
            state.rows[table]?[key.text] = nil
            return .success((.deleted, key))
        }
        var new = (old ?? [:]).merging(row) { $1 }
        new[name] = .some(key.condition)
        if let tenant = plan.tenant { new[tenant.column] = .some(.text(tenant.value.text)) }
        if let taken = taken(new, besides: key, in: plan.table) { return .failure(taken) }
        state.rows[table, default: [:]][key.text] = new
        return .success((old == nil ? .created : old == new ? .unchanged : .updated, key))
    }

    /// A unique column's value that another record has.
    private func taken(
        _ row: [String: ConditionValue?], besides key: RecordKey, in table: TableDescription
    ) -> Refusal? {
        for column in table.uniqueKeys.compactMap(\.first) {
            guard let value = row[column] ?? nil else { continue }
            let others = (state.rows[table.name] ?? [:]).filter { $0.key != key.text }
            guard others.values.contains(where: { ($0[column] ?? nil) == value }) else { continue }
            return Refusal(.duplicateKey, "\(column) is taken")
        }
        return nil
    }
}

extension BoundBatch {
    /// The record's values that are not absent, by column.
    fileprivate func row(_ index: Int) -> [String: ConditionValue?] {
        var row: [String: ConditionValue?] = [:]
        for (place, column) in columns.enumerated() {
            let name = column.column.name
            switch values[index * columns.count + place] {
            case .absent: break
            case .null: row[name] = .some(nil)
            case .integer(let number): row[name] = .integer(number)
            case .real(let number): row[name] = .real(number)
            case .text(let start, let length):
                row[name] = .text(String(decoding: bytes[Int(start)..<Int(start + length)], as: UTF8.self))
            case .blob(let start, let length):
                row[name] = .blob(Array(bytes[Int(start)..<Int(start + length)]))
            }
        }
        return row
    }
}

extension ConditionValue {
    fileprivate var key: RecordKey {
        switch self {
        case .integer(let number): .integer(number)
        case .real(let number): .text("\(number)")
        case .text(let text): .text(text)
        case .blob: .text("")
        }
    }
}

extension RecordKey {
    fileprivate var condition: ConditionValue {
        switch self {
        case .integer(let number): .integer(number)
        case .text(let text): .text(text)
        }
    }
}
