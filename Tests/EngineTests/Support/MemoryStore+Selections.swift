import BulkModel
import Engine
import Planning
import Synchronization

/// Selections over the tables in memory; no rules are looked at, for they have none.
extension MemoryStore {
    func survey(
        _ selection: SelectionPlan, after: RecordKey?, within bound: SelectionBound?
    ) async throws(StoreError) -> SelectionSurvey {
        try call { state in
            let rows = state.rows[selection.write.table.name] ?? [:]
            let bound = bound ?? SelectionBound(lastKey: rows.keys.map(RowChange.key).max(by: <))
            switch selection.scope {
            case .listed(let keys): return SelectionSurvey(recordCount: keys.count, bound: bound)
            case .matching(let condition):
                let keys = condition.keys(in: rows, after: after, within: bound)
                return SelectionSurvey(recordCount: keys.count, bound: bound)
            }
        }
    }

    func apply(_ chunk: SelectionChunk) async throws(StoreError) -> AppliedChunk {
        beforeSelection.withLock { $0 }?(chunk)
        if let error = refused.withLock({ $0[chunk.job] }) { throw error }
        let applied = try call { (state) throws(StoreError) -> AppliedChunk in try state.apply(chunk) }
        if let error = afterSelection.withLock({ $0 })?(chunk) { throw error }
        return applied
    }
}

extension MemoryStore.State {
    fileprivate mutating func apply(_ chunk: SelectionChunk) throws(StoreError) -> AppliedChunk {
        let (records, isLast) = select(chunk)
        var options = chunk.options
        options.keepsKeys = true
        let given = Chunk(
            job: chunk.job, plan: chunk.plan.write,
            batch: chunk.plan.batch(of: records, firstRecord: chunk.firstRecord, now: chunk.now), start: 0,
            now: chunk.now, isLast: isLast, options: options)
        return try apply(given, count: records.count, knownKeys: records.map(\.key)) { machine, receipt in
            machine.advance(
                by: receipt, isLast: isLast && receipt.recordCount == records.count, at: chunk.now)
        }
    }

    /// The chunk's records, and whether nothing is behind them.
    private func select(_ chunk: SelectionChunk) -> (records: [SelectedRecord], isLast: Bool) {
        let rows = rows[chunk.plan.write.table.name] ?? [:]
        switch chunk.plan.scope {
        case .listed(let keys):
            let rest = keys.dropFirst(chunk.firstRecord - 1)
            let records = rest.prefix(chunk.recordsMax).map {
                SelectedRecord(key: $0, exists: rows[$0.text] != nil)
            }
            return (records, rest.count <= chunk.recordsMax)
        case .matching(let condition):
            var keys = condition.keys(in: rows, after: chunk.after, within: chunk.bound)
            if repeatsKeys, let after = chunk.after { keys.insert(after, at: 0) }
            let records = keys.prefix(chunk.recordsMax).map { SelectedRecord(key: $0) }
            return (records, records.count < chunk.recordsMax)
        }
    }
}

extension RecordKey {
    /// Numbers before texts.
    static func < (a: RecordKey, b: RecordKey) -> Bool {
        switch (a, b) {
        case (.integer(let a), .integer(let b)): a < b
        case (.integer, .text): true
        case (.text, .integer): false
        case (.text(let a), .text(let b)): a < b
        }
    }
}

extension Condition {
    /// Keys of the rows that match, in order.
    func keys(
        in rows: [String: [String?]], after: RecordKey?, within bound: SelectionBound
    ) -> [RecordKey] {
        rows.compactMap { text, row in
            let key = RowChange.key(text)
            guard let last = bound.lastKey, !(last < key), after.map({ $0 < key }) ?? true else { return nil }
            return holds(["id": text, "name": row[0]]) ? key : nil
        }.sorted(by: <)
    }

    /// Whether the row, by column, matches; of `like` only a closing `%` is known.
    func holds(_ row: [String: String?]) -> Bool {
        switch self {
        case .all(let parts): parts.allSatisfy { $0.holds(row) }
        case .any(let parts): parts.contains { $0.holds(row) }
        case .not(let part): !part.holds(row)
        case .isNull(let column): (row[column.name] ?? nil) == nil
        case .among(let column, let values): values.contains { $0.key == Self.key(row, column) }
        case .compare(let column, let comparison, let value):
            Self.compare(Self.key(row, column), comparison, value.key)
        }
    }

    private static func key(_ row: [String: String?], _ column: ColumnDescription) -> RecordKey? {
        guard let text = row[column.name] ?? nil else { return nil }
        return column.name == "id" ? RowChange.key(text) : .text(text)
    }

    private static func compare(_ left: RecordKey?, _ comparison: Comparison, _ right: RecordKey) -> Bool {
        guard let left else { return comparison == .different }
        return switch comparison {
        case .equal: left == right
        case .different: left != right
        case .less: left < right
        case .lessOrEqual: !(right < left)
        case .greater: right < left
        case .greaterOrEqual: !(left < right)
        case .like: left.text.hasPrefix(right.text.prefix { $0 != "%" })
        }
    }
}

extension ConditionValue {
    fileprivate var key: RecordKey {
        switch self {
        case .integer(let number): .integer(number)
        case .real(let number): .text(String(number))
        case .text(let text): .text(text)
        case .blob(let bytes): .text(String(decoding: bytes, as: UTF8.self))
        }
    }
}
