import BulkModel
import Formats
import Planning

/// Makes one page of outcomes along the receipts; pure.
struct OutcomePager {
    private(set) var outcomes: [RecordOutcome] = []
    /// Number of the next record to look at.
    private(set) var record: Int
    /// Number of the first record that is not looked at any more.
    let end: Int
    private let request: OutcomeRequest

    /// `records`: those the part can hold, from the page's first on.
    init(_ request: OutcomeRequest, in records: Range<Int>, limit: Int) {
        self.request = request
        self.limit = limit
        record = records.lowerBound
        end = records.upperBound
    }

    private let limit: Int

    /// True when nothing more goes onto the page.
    var isFull: Bool { outcomes.count >= limit || record >= end }

    /// Takes the receipt that holds `record`, or the next one after a gap.
    mutating func take(_ receipt: ChunkReceipt) {
        takeGap(before: receipt.firstRecord)
        var first = receipt.firstRecord
        // Before the run: faults and keys that the runs before it have.
        var (faultCount, createdCount) = (0, 0)
        let hasAllKeys = receipt.keys.count == receipt.recordCount
        for run in receipt.actions.runs where !isFull {
            let passed = max(0, record - first)
            if passed < run.count {
                take(run, from: passed, first: first) { index in
                    var outcome = RecordOutcome(record: first + index, action: run.action)
                    let keyIndex =
                        hasAllKeys ? first + index - receipt.firstRecord : createdCount + index
                    if hasAllKeys || run.action == .created { outcome.key = receipt.key(at: keyIndex) }
                    if run.action == .error, faultCount + index < receipt.faults.count {
                        outcome.fault = receipt.faults[faultCount + index].fault
                    }
                    return outcome
                }
            }
            if run.action == .error { faultCount += run.count }
            if run.action == .created { createdCount += run.count }
            first += run.count
        }
    }

    /// Takes the records before `end`, which have no outcome.
    mutating func takeGap(before gapEnd: Int) {
        let gapEnd = min(gapEnd, end)
        guard request.part.holdsUnprocessed, request.code == nil else {
            record = max(record, gapEnd)
            return
        }
        while record < gapEnd, !isFull {
            outcomes.append(RecordOutcome(record: record, action: nil))
            record += 1
        }
    }

    private mutating func take(
        _ run: ActionRuns.Run, from passed: Int, first: Int, outcome: (Int) -> RecordOutcome
    ) {
        guard request.part.holds(run.action), request.code == nil || run.action == .error else {
            record = min(first + run.count, end)
            return
        }
        for index in passed..<run.count where !isFull {
            record += 1
            let outcome = outcome(index)
            if let code = request.code, outcome.fault?.code != code { continue }
            outcomes.append(outcome)
        }
    }
}
