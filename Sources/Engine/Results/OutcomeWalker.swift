import BulkModel
import Formats

/// Walks along receipts record by record, in step with the records that are being shown.
///
/// Records between two receipts have no outcome: where chunks commit in any order, a job that was stopped has such gaps.
struct OutcomeWalker: Sendable {
    /// What became of one record.
    enum Outcome {
        case unprocessed
        case done(RecordAction, key: Key?)
        case failed(Fault?)
    }

    /// A key that the database made.
    enum Key {
        case integer(Int64)
        case text(String)
    }

    private var receipts: [ChunkReceipt] = []
    /// Within the first receipt: run, record of that run, created records and faults that were passed.
    private var runIndex = 0
    private var runOffset = 0
    private var createdIndex = 0
    private var faultIndex = 0
    /// Number of the record that `next` gives the outcome of.
    private(set) var record: Int
    /// Number of the first record that no receipt at hand covers.
    private(set) var coveredTo: Int

    init(from record: Int) {
        self.record = record
        coveredTo = record
    }

    /// The records from the last receipt on have no outcome.
    mutating func finish() { coveredTo = .max }

    /// Adds the receipts that follow those at hand; the first ones may begin before `record`.
    mutating func add(_ more: [ChunkReceipt]) {
        let isFirst = receipts.isEmpty
        receipts += more
        if let last = receipts.last { coveredTo = last.firstRecord + last.recordCount }
        guard isFirst, let first = receipts.first, first.firstRecord < record else { return }
        let target = record
        record = first.firstRecord
        skip(to: target)
    }

    /// Goes on to that record without looking at those between.
    mutating func skip(to target: Int) {
        while record < target {
            if let run {
                pass(min(run.count - runOffset, target - record), of: run)
            } else {
                record = receipts.isEmpty ? target : min(receipts[0].firstRecord, target)
            }
        }
    }

    /// The run of the current record; nil in a gap.
    private var run: ActionRuns.Run? {
        guard !receipts.isEmpty, receipts[0].firstRecord <= record else { return nil }
        return receipts[0].actions.runs[runIndex]
    }

    /// The outcome of the current record; goes on to the next one.
    mutating func next() -> Outcome {
        guard let run else {
            record += 1
            return .unprocessed
        }
        let outcome: Outcome
        switch run.action {
        case .error: outcome = .failed(fault())
        case .created: outcome = .done(.created, key: key())
        default: outcome = .done(run.action, key: nil)
        }
        pass(1, of: run)
        return outcome
    }

    /// Whether the current record's outcome is of these kinds.
    func isNext(in kinds: OutcomeKinds) -> Bool {
        guard let run else { return kinds.contains(.unprocessed) }
        return kinds.holds(run.action)
    }

    /// Whether any record from the current one to before `end` has an outcome of these kinds.
    func holds(_ kinds: OutcomeKinds, before end: Int) -> Bool {
        var at = record
        var index = runIndex
        var offset = runOffset
        for receipt in receipts {
            if at < min(receipt.firstRecord, end) {
                if kinds.contains(.unprocessed) { return true }
                at = receipt.firstRecord
            }
            while index < receipt.actions.runs.count {
                guard at < end else { return false }
                let run = receipt.actions.runs[index]
                if kinds.holds(run.action) { return true }
                at += run.count - offset
                offset = 0
                index += 1
            }
            index = 0
        }
        return kinds.contains(.unprocessed) && at < end
    }

    private mutating func pass(_ count: Int, of run: ActionRuns.Run) {
        record += count
        if run.action == .created { createdIndex += count }
        if run.action == .error { faultIndex += count }
        runOffset += count
        guard runOffset == run.count else { return }
        runOffset = 0
        runIndex += 1
        guard runIndex == receipts[0].actions.runs.count else { return }
        receipts.removeFirst()
        (runIndex, createdIndex, faultIndex) = (0, 0, 0)
    }

    private func key() -> Key? {
        switch receipts[0].keys {
        case .integers(let keys) where createdIndex < keys.count: .integer(keys[createdIndex])
        case .texts(let keys) where createdIndex < keys.count: .text(keys[createdIndex])
        default: nil
        }
    }

    private func fault() -> Fault? {
        let faults = receipts[0].faults
        return faultIndex < faults.count ? faults[faultIndex].fault : nil
    }
}
