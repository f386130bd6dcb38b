import BulkModel

extension EngineCore {
    /// A page of receipts, of which the first one holds `record`. Throws `BooksError` when there is none.
    func receipts(
        of id: JobID, holding record: Int, limit: Int
    ) async throws -> (page: [ChunkReceipt], last: ChunkReceipt) {
        let page = try await patiently(for: id) { () async throws(StoreError) in
            try await store.receipts(of: id, from: record, limit: limit)
        }
        guard let last = page.last, page[0].records.contains(record) else {
            throw BooksError("no receipt of record \(record) of \(id)")
        }
        return (page, last)
    }

    /// Outcomes of the operation's records up to `record`: what its receipts say, or what those behind it leave of the
    /// job's counts, whichever are fewer. `read` is of no use.
    func counts(of job: Job, upTo record: Int) async throws -> JobCounts {
        let committed = job.nextRecord - 1
        guard record > committed / 2 else { return try await counts(of: job.id, 1..<record + 1) }
        var counts = job.counts
        counts.subtract(try await self.counts(of: job.id, record + 1..<committed + 1))
        return counts
    }

    private func counts(of id: JobID, _ records: Range<Int>) async throws -> JobCounts {
        var counts = JobCounts()
        var next = records.lowerBound
        var paging = ReceiptPaging(limits: limits)
        while next < records.upperBound {
            let (page, last) = try await receipts(of: id, holding: next, limit: paging.limit)
            for receipt in page { receipt.add(records, to: &counts) }
            next = last.records.upperBound
            paging.take(last)
        }
        return counts
    }
}
