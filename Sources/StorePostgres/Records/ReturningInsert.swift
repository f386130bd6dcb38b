import BulkModel
import Engine
import Planning

/// Inserts records and has the database say their keys, where nobody can tell them beforehand: a trigger may make them, or
/// a default that is not the primary key's.
struct ReturningInsert {
    let target: ChunkTarget
    let key: ColumnDescription

    /// Nil when the keys are known by other means.
    init?(_ target: ChunkTarget, _ records: [Int]) {
        guard target.plan.operation == .insert, !records.isEmpty, let name = target.keyName,
            let key = target.plan.table.column(name)
        else { return nil }
        let isBrought =
            target.place(of: name).map { place in
                records.allSatisfy { !target.view.row($0)[place].isMissing }
            } ?? false
        let isKnown = isBrought || target.table.keyDefault?.column == name
        guard !isKnown || target.table.description.hasTriggers else { return nil }
        self.target = target
        self.key = key
    }

    /// Gives the keys of the records that were created.
    func run(_ records: [Int], _ outcomes: inout ChunkOutcomes) throws -> [Int: RecordKey] {
        let staging = try StagingTable(target, records)
        let staged = try staging.fill(records, &outcomes)
        let columns = InsertColumns(target: target, staging: staging, madeColumn: nil)
        let sql = "\(columns.insert) RETURNING \(SQLText.quoted(key.name))::text"
        var keys: [Int: RecordKey] = [:]
        let halving = Halving(session: target.session, prepare: staging.index) { records in
            let rows = try target.session.execute(sql, [.integers(records)])
            // Fewer than went in: a trigger dropped some, and nobody knows which.
            guard rows.count == records.count else { throw ServerFailure.drop }
            // Rows come back as they went in, one after another.
            for (row, record) in records.enumerated() { keys[record] = key.recordKey(rows, row, 0) }
            return records.map { ($0, .created) }
        }
        let words = ConstraintFault(target: target)
        try halving.run(staged, &outcomes) { words.fault(for: $0, $1) }
        return keys
    }
}
