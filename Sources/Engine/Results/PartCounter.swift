/// Counts the records of a part along the receipts, until one page is full.
struct PartCounter {
    /// Number of the next record to look at.
    private(set) var record: Int
    /// Records of the part so far, at most a page.
    private(set) var count = 0
    /// Number of the first record of the part that is one too many.
    private(set) var nextPage: Int?
    private let part: ResultRequest.Part
    private let recordsMax: Int

    init(_ part: ResultRequest.Part, from record: Int, recordsMax: Int) {
        self.part = part
        self.record = record
        self.recordsMax = recordsMax
    }

    /// Takes the receipt that holds `record`.
    mutating func take(_ receipt: ChunkReceipt) {
        var end = receipt.firstRecord
        for run in receipt.actions.runs where nextPage == nil {
            end += run.count
            guard end > record else { continue }
            if part.holds(run.action) { add(end - record) }
            record = end
        }
    }

    private mutating func add(_ records: Int) {
        if count + records > recordsMax { nextPage = record + recordsMax - count }
        count = min(count + records, recordsMax)
    }
}
