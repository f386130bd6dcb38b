import BulkModel
import Planning

/// Does a list of a batch: reads its page as the batch's transaction sees it.
struct BatchListRun {
    let table: BatchTable
    let session: any RecordSession
    let limits: Limits

    /// The page, or why there is none; it may have so many bytes.
    func result(of member: BatchGroup.Member, bytesMax: Int) throws(StoreError) -> BatchResult {
        guard let reading = member.list else {
            throw StoreError(.failed, "a list of a batch has no parameters")
        }
        let work: ListWork
        do throws(Refusal) {
            work = try ListWork(reading, of: table.target, limits: limits)
        } catch {
            return .failed(error)
        }
        switch try rows(work.query) {
        case .failure(let refusal): return .failed(refusal)
        case .success(let rows):
            let page = work.page(rows)
            guard page.byteCount <= bytesMax else { return .failed(tooLarge) }
            return .listed(page, items: reading.items)
        }
    }

    /// A filter that the database refuses, or that takes too long, is the operation's fault.
    private func rows(_ query: RecordQuery) throws(StoreError) -> Result<RowSet, Refusal> {
        do throws(StoreError) {
            return .success(try session.page(query))
        } catch {
            guard error.code == .selectionRefused || error.code == .queryLimit else { throw error }
            return .failure(Refusal(cause: error))
        }
    }

    private var tooLarge: Refusal {
        Refusal(
            .payloadTooLarge, issue: "batch_list_bytes",
            "The lists of a batch may have \(limits.batchListBytesMax) bytes of records together, and this one goes "
                + "beyond; send a smaller `limit`, or list in a request of its own.")
    }
}

extension RecordPage {
    /// Bytes of its records.
    var byteCount: Int { records.reduce(0) { $0 + $1.count } }
}
