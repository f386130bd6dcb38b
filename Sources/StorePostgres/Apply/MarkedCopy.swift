import BulkModel
import Engine
import Planning

/// Inserts records by COPY straight into the table, without those that break rules which the job's records were
/// seen to break.
///
/// The guilty are found over a staging table of the rules' columns alone: that and the look cost a fraction of the
/// insert, while an insert out of a staging table, or one that skips conflicts, costs half as much again.
struct MarkedCopy {
    let target: ChunkTarget
    let copy: DirectCopy

    /// Copies that are tried before it is given up: each but the first knows a broken rule more.
    private static let triesMax = 8

    /// Gives false when it cannot tell all the guilty; nothing has gone in then, and `breaches` has `other`.
    func run(_ records: [Int], _ breaches: inout Set<Breach>, _ outcomes: inout ChunkOutcomes) throws -> Bool
    {
        var open = records
        for _ in 0..<Self.triesMax where !breaches.contains(.other) {
            let marks = try marks(among: &open, breaches, &outcomes)
            let good = marks.map { marks in
                open.filter { marks.faults[$0] == nil && marks.twins[$0] == nil }
            }
            switch try copy.run(good ?? open) {
            case .success:
                for record in good ?? open { outcomes.note(.created, record) }
                for (record, fault) in marks?.faults ?? [:] { outcomes.note(fault, record) }
                for (record, fault) in marks?.twins ?? [:] { outcomes.note(fault, record) }
                return true
            case .failure(let failure):
                let breach = Breach(failure, of: target.table)
                // Looked for and missed: the look does not see what the insert does.
                breaches.insert(breaches.contains(breach) ? .other : breach)
            }
        }
        breaches.insert(.other)
        return false
    }

    /// Nil when no rule is known to be broken. Takes out of `open` what has a value that is none of its column's type.
    private func marks(
        among open: inout [Int], _ breaches: Set<Breach>, _ outcomes: inout ChunkOutcomes
    ) throws -> GuiltMarks? {
        guard !breaches.isEmpty else { return nil }
        let places = target.columns.indices.filter { place in
            breaches.contains { $0.concerns(target.columns[place].column.name, of: target.table) }
        }
        let staging = try StagingTable(target, open, only: Set(places))
        open = try staging.fill(open, &outcomes)
        let columns = InsertColumns(target: target, staging: staging, madeColumn: nil)
        var marks = GuiltMarks(target, columns, made: nil, records: open)
        try marks.find(breaches)
        return marks
    }
}
