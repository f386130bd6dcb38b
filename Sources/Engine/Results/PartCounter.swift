/// Counts the records of a part along the receipts, until one page is full.
struct PartCounter {
    /// Number of the next record to look at.
    private(set) var record: Int
    /// Records of the part so far, at most a page.
    private(set) var count = 0
    /// Number of the first record of the part that is one too many.
    private(set) var nextPage: Int?
    private let part: ResultRequest.Part
    /// Number of the first record that does not count any more.
    private let end: Int
    private let recordsMax: Int

    init(_ part: ResultRequest.Part, in records: Range<Int>, recordsMax: Int) {
        self.part = part
        record = records.lowerBound
        end = records.upperBound
        self.recordsMax = recordsMax
    }

    /// Takes the receipt that holds `record`, or the next one after a gap.
    mutating func take(_ receipt: ChunkReceipt) {
        takeGap(before: receipt.firstRecord)
        var next = receipt.firstRecord
        for run in receipt.actions.runs {
            next += run.count
            pass(to: next, isCounted: part.holds(run.action))
        }
    }

    /// Takes the records before `end`, which have no outcome.
    mutating func takeGap(before end: Int) {
        pass(to: end, isCounted: part.holdsUnprocessed)
    }

    private mutating func pass(to next: Int, isCounted: Bool) {
        let next = min(next, end)
        guard nextPage == nil, next > record else { return }
        if isCounted { add(next - record) }
        record = next
    }

    private mutating func add(_ records: Int) {
        if count + records > recordsMax { nextPage = record + recordsMax - count }
        count = min(count + records, recordsMax)
    }
}
