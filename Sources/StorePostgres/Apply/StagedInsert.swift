import BulkModel
import Engine
import Planning

/// Inserts from the staging table: without those that break a constraint, all found at once; where the
/// database still refuses, by halves.
struct StagedInsert {
    let target: ChunkTarget
    let staging: StagingTable
    let made: MadeKeys?

    /// Looks at what is left that many times at most; then halving alone judges.
    private static let looksMax = 8

    private static let exclusion = "23P01"

    func run(_ staged: [Int], _ outcomes: inout ChunkOutcomes) throws {
        let columns = InsertColumns(target: target, staging: staging, madeColumn: made?.column)
        let halving = Halving(session: target.session, prepare: staging.index) { records in
            try insert(records, columns)
        }
        let words = ConstraintFault(target: target)
        // Where triggers change records, what a look tells is not what happens.
        let looks = target.table.description.hasTriggers ? 0 : Self.looksMax
        var open = staged
        var isLookedAtAgain = false
        for _ in 0..<looks {
            var marks = GuiltMarks(target, columns, made: made, records: open)
            try marks.find()
            for (record, fault) in marks.faults { outcomes.note(fault, record) }
            let good = open.filter { marks.faults[$0] == nil && marks.twins[$0] == nil }
            let known = outcomes.faultCount
            switch good.isEmpty ? .success([]) : try halving.attempt(good) {
            case .success(let done): for entry in done { outcomes.note(entry.action, entry.record) }
            case .failure where !isLookedAtAgain:
                // Another writer may have taken a key meanwhile.
                isLookedAtAgain = true
                open.removeAll { marks.faults[$0] != nil }
                continue
            case .failure(let failure) where failure.state == Self.exclusion:
                // Any two records may exclude each other: file order decides.
                return try halving.run(open.filter { marks.faults[$0] == nil }, &outcomes) {
                    words.fault(for: $0, $1)
                }
            case .failure: try halving.run(good, &outcomes) { words.fault(for: $0, $1) }
            }
            open = marks.twins.keys.sorted()
            guard outcomes.faultCount > known, !open.isEmpty else {
                for (record, fault) in marks.twins { outcomes.note(fault, record) }
                return
            }
            // A first twin did not go in: then the second may.
            try staging.remove(good)
        }
        try halving.run(open, &outcomes) { words.fault(for: $0, $1) }
    }

    private func insert(_ records: [Int], _ columns: InsertColumns) throws -> [(
        record: Int, action: RecordAction
    )] {
        let rows = try target.session.execute(
            columns.insert, [.integers(records)] + (made?.parameters(records) ?? []))
        guard rows.affectedCount == records.count else { throw ServerFailure.drop }
        return records.map { ($0, .created) }
    }
}
