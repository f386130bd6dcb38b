import BulkModel
import Formats

/// The results of a query job: its result file, page by page, in constant memory.
struct QueryResults: Sendable {
    let core: EngineCore
    let job: Job
    let format: ContentFormat

    /// What is read at a time, at least a segment.
    private static let bytesAtATime = 1 << 20

    func open(_ request: ResultRequest) async throws -> ResultStream {
        try checkEnded()
        let all = job.counts.read
        // Every row of a query is a success: the other parts are empty.
        let isEmpty = request.part == .failed || request.part == .unprocessed
        let first = min(request.firstRecord, all + 1)
        let rest = isEmpty ? 0 : all - first + 1
        let count = min(rest, request.recordsMax ?? rest)
        let rows = first..<(first + count)
        return ResultStream(
            format: format, recordCount: count, nextRecord: count < rest ? rows.upperBound : nil
        ) { sink in
            try await write(rows, to: sink)
        }
    }

    private func checkEnded() throws(Refusal) {
        switch job.state {
        case .jobComplete: return
        case .open:
            throw Refusal(
                .jobStateConflict, issue: "not_closed", "The query job is still open; close it to run it.")
        case .uploadComplete, .inProgress:
            throw Refusal(
                .jobStateConflict, issue: "not_complete", "The query is still running; ask again later.",
                retryAfterSeconds: 1)
        case .failed, .aborted:
            let cause = job.reason.map { ": \($0.message)" } ?? "."
            throw Refusal(.jobStateConflict, issue: "no_results", "The query gave no results\(cause)")
        }
    }

    /// A piece is sent while the next is read.
    private func write(_ rows: Range<Int>, to sink: ByteSink) async throws {
        let file = ResultReader(path: core.folder.result(of: job.id))
        let first = try await core.store.segmentPage(holding: 1, of: job.id, source: .result)
        if format == .csv { try await sink(try await file.head(before: first?.segments.first?.origin.byte)) }
        if format == .json { try await sink(Array("[\n".utf8)) }
        var upcoming = try await piece(of: rows, in: file, page: first)
        while let piece = upcoming {
            async let next = self.piece(of: piece.rest, in: file, page: piece.page)
            try await sink(piece.bytes)
            upcoming = try await next
        }
        if format == .json { try await sink(Array("]\n".utf8)) }
    }

    /// Rows as they are sent.
    private struct Piece: Sendable {
        let bytes: [UInt8]
        /// What is still to be sent behind them.
        let rest: Range<Int>
        /// Where the first of the rest may be found.
        let page: SegmentPage
    }

    /// The first of the rows, about as many as are read at a time; nil when there are none. Any `page` does: one that does
    /// not hold the first row is not used.
    private func piece(
        of rows: Range<Int>, in file: ResultReader, page: SegmentPage?
    ) async throws -> Piece? {
        guard let row = rows.first else { return nil }
        var page = page
        if page?.holds(row) != true {
            page = try await core.store.segmentPage(holding: row, of: job.id, source: .result)
        }
        let run = page.flatMap {
            SegmentRun(from: row, in: $0, records: rows.count, bytesMax: Self.bytesAtATime)
        }
        guard let page, let run else {
            throw Refusal(.internalError, "Row \(row) of the result cannot be found.")
        }
        let end = min(run.nextRecord, rows.upperBound)
        let bytes = try await file.rows(of: run, row..<end, as: format, isLast: end == rows.upperBound)
        return Piece(bytes: bytes, rest: end..<rows.upperBound, page: page)
    }
}
