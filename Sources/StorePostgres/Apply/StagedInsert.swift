import BulkModel
import Engine
import Planning

/// Inserts from the staging table: first without those that break a constraint, all found at once; then, where the database
/// still refuses, by halves.
struct StagedInsert {
    let target: ChunkTarget
    let staging: StagingTable
    let made: MadeKeys?

    /// Looks at the records again once: another writer may have taken a key meanwhile.
    private static let looksMax = 2

    func run(_ staged: [Int], _ outcomes: inout ChunkOutcomes) throws {
        let columns = InsertColumns(target: target, staging: staging, madeColumn: made?.column)
        let halving = Halving(session: target.session) { records in try insert(records, columns) }
        var records = staged
        for _ in 0..<Self.looksMax {
            var marks = GuiltMarks(target, columns, made: made, records: records)
            // Where records depend on each other, what a look at all of them tells is not what happens one by one.
            if !target.table.needsFileOrder { try marks.find() }
            for (record, fault) in marks.faults { outcomes.note(fault, record) }
            try staging.remove(marks.faults.keys.sorted())
            records.removeAll { marks.faults[$0] != nil }
            if records.isEmpty { return }
            guard case .success(let done) = try halving.attempt(records) else { continue }
            for entry in done { outcomes.note(entry.action, entry.record) }
            return
        }
        let words = ConstraintFault(target: target)
        try halving.run(records, &outcomes) { failure, record in words.fault(for: failure, record) }
    }

    private func insert(_ records: [Int], _ columns: InsertColumns) throws -> [(
        record: Int, action: RecordAction
    )] {
        let pairs = columns.pairs
        let list = pairs.map(\.name).joined(separator: ", ")
        let values = pairs.map(\.value).joined(separator: ", ")
        let into = pairs.isEmpty ? "" : " (\(list)) OVERRIDING SYSTEM VALUE"
        let sql = """
            INSERT INTO \(target.table.sqlName)\(into) SELECT \(values) FROM \(StagingTable.name) AS s
            JOIN unnest($1::bigint[]) AS chosen (record) ON chosen.record = s.\(StagingTable.record)\
            \(columns.madeJoin(first: 2)) ORDER BY s.\(StagingTable.record)
            """
        let rows = try target.session.execute(sql, [.integers(records)] + (made?.parameters(records) ?? []))
        guard rows.affectedCount == records.count else { throw ServerFailure.drop }
        return records.map { ($0, .created) }
    }
}
