import BulkModel

/// Writes records in a savepoint; when the database refuses them, halves them until the guilty stand alone.
///
/// For n records of which k are guilty that is about k · log2(n / k) statements. The good ones are written
/// once: what was refused is undone before its halves are tried.
struct Halving {
    let session: Session
    /// What makes writing few of the records cheap; called before a first half is tried.
    let prepare: () throws -> Void
    /// Writes all of these records, or throws; what became of them is noted once they stay.
    let write: ([Int]) throws -> [(record: Int, action: RecordAction)]

    /// Notes an outcome for each of the records that `write` tells of; for the guilty, what `fault` says.
    func run(
        _ records: [Int], _ outcomes: inout ChunkOutcomes, fault: (ServerFailure, Int) -> Fault
    ) throws {
        guard !records.isEmpty else { return }
        switch try attempt(records) {
        case .success(let done): for entry in done { outcomes.note(entry.action, entry.record) }
        case .failure(let failure):
            if records.count > 1 { try prepare() }
            try halve(records, refusedBy: failure, &outcomes, fault: fault)
        }
    }

    /// Goes on with records that were refused together.
    private func halve(
        _ records: [Int], refusedBy failure: ServerFailure, _ outcomes: inout ChunkOutcomes,
        fault: (ServerFailure, Int) -> Fault
    ) throws {
        guard records.count > 1 else { return outcomes.note(fault(failure, records[0]), records[0]) }
        let middle = records.count / 2
        for half in [Array(records[..<middle]), Array(records[middle...])] {
            switch try attempt(half) {
            case .success(let done): for entry in done { outcomes.note(entry.action, entry.record) }
            case .failure(let failure): try halve(half, refusedBy: failure, &outcomes, fault: fault)
            }
        }
    }

    /// All or nothing, deferred constraints included: at the commit nobody could say whose they are.
    func attempt(_ records: [Int]) throws -> Result<[(record: Int, action: RecordAction)], ServerFailure> {
        try session.attempt {
            let done = try write(records)
            try session.run("SET CONSTRAINTS ALL IMMEDIATE")
            return done
        }
    }
}
