import BulkModel
import Formats
import Planning

/// The results of a write job: its upload, streamed again beside the receipts, in record order and constant
/// memory.
struct DataResults: Sendable {
    let core: EngineCore
    let job: Job
    let format: ContentFormat

    /// What is read and rendered at a time.
    private static let recordsAtATime = 4096
    private static let bytesAtATime = 1 << 20

    func open(_ request: ResultRequest) async throws -> ResultStream {
        let window = try await window(of: request)
        let catalog = try await core.catalog()
        let keyColumn = keyColumn(in: catalog)
        let header = job.upload?.header ?? []
        let table = catalog.tables[job.spec.table]
        let columns = job.spec.format == .csv ? header : table?.columns.map(\.name) ?? []
        let names = ResultNames(job.spec, table: table)
        let delimiter = job.upload?.delimiter ?? 0
        return ResultStream(format: format, recordCount: window.count, nextRecord: window.nextRecord) {
            sink in
            switch format {
            case .csv:
                let renderer = CSVRenderer(
                    header: header, delimiter: delimiter, keyColumn: keyColumn, added: ResultColumns(names))
                try await write(
                    press(request.part.kinds, window, columns: header, renderer), window.records, to: sink)
            case .json, .ndjson:
                let renderer = ObjectRenderer(
                    job, header: header, isArray: format == .json, keyColumn: keyColumn, names: names)
                try await write(
                    press(request.part.kinds, window, columns: columns, renderer), window.records, to: sink)
            }
        }
    }

    /// The records that failed or were not reached, as they came, where they can be sent again: see `RawRenderer`. Ends with
    /// an error when the upload cannot be read.
    func openRest() async throws -> ResultStream {
        let window = ResultWindow(.all, of: job, from: 1)
        let header = job.upload?.header ?? []
        let columns = try await core.catalog().tables[job.spec.table]?.columns.map(\.name) ?? []
        let delimiter = job.upload?.delimiter ?? 0
        return ResultStream(format: format, recordCount: nil, nextRecord: nil) { sink in
            let renderer = RawRenderer(
                format, header: header, delimiter: delimiter == 0 ? UInt8(ascii: ",") : delimiter)
            let press = press(
                [.failed, .unprocessed], window, columns: format == .csv ? header : columns, renderer,
                isExact: true)
            try await write(press, window.records, to: sink)
        }
    }

    private func press<Renderer: RecordRenderer>(
        _ kinds: OutcomeKinds, _ window: ResultWindow, columns: [String], _ renderer: Renderer,
        isExact: Bool = false
    ) -> ResultPress<Renderer> {
        ResultPress(
            job, core: core, kinds: kinds, window: window, columns: columns, renderer: renderer,
            isExact: isExact)
    }

    private func write(
        _ press: ResultPress<some RecordRenderer>, _ records: Range<Int>, to sink: ByteSink
    ) async throws {
        let head = await press.head()
        if !head.isEmpty { try await sink(head) }
        var record = records.lowerBound
        var page: SegmentPage?
        while record < records.upperBound {
            if page?.holds(record) != true {
                page = try await core.store.segmentPage(holding: record, of: job.id, source: .upload)
            }
            let run = page.flatMap {
                SegmentRun(from: record, in: $0, records: Self.recordsAtATime, bytesMax: Self.bytesAtATime)
            }
            guard let run else {
                throw Refusal(.internalError, "Record \(record) of the upload cannot be found.")
            }
            let end = min(run.nextRecord, records.upperBound)
            try await supply(press, before: min(end, job.outcomesEnd))
            let bytes = try await press.render(run, record..<end)
            if !bytes.isEmpty { try await sink(bytes) }
            record = end
        }
        let tail = await press.tail()
        if !tail.isEmpty { try await sink(tail) }
    }

    /// Gives the press the receipts of all records before `end`. Only from the checkpoint on may some be missing.
    private func supply(_ press: ResultPress<some RecordRenderer>, before end: Int) async throws {
        var covered = await press.coveredTo
        while covered < end {
            let receipts = try await core.store.receipts(
                of: job.id, from: covered, limit: EngineCore.receiptsAPage)
            guard covered >= job.nextRecord || receipts.first?.records.contains(covered) == true else {
                throw Refusal(.internalError, "The receipt of record \(covered) cannot be found.")
            }
            covered = receipts.isEmpty ? await press.finishReceipts() : await press.add(receipts)
        }
    }

    private func window(of request: ResultRequest) async throws -> ResultWindow {
        var window = ResultWindow(request.part, of: job, from: request.firstRecord)
        guard let recordsMax = request.recordsMax else { return window }
        switch request.part {
        case .all: window.cut(after: recordsMax)
        case .unprocessed where !job.hasGaps: window.cut(after: recordsMax)
        case .unprocessed, .failed, .successful: try await cut(&window, to: request.part, after: recordsMax)
        }
        return window
    }

    /// Ends the window before the record of the part that is one too many, found by the receipts alone.
    private func cut(
        _ window: inout ResultWindow, to part: ResultRequest.Part, after recordsMax: Int
    ) async throws(StoreError) {
        var counter = PartCounter(part, in: window.records, recordsMax: recordsMax)
        while counter.record < window.records.upperBound, counter.nextPage == nil {
            let receipts = try await core.store.receipts(
                of: job.id, from: counter.record, limit: EngineCore.receiptsAPage)
            for receipt in receipts { counter.take(receipt) }
            if receipts.isEmpty { counter.takeGap(before: window.records.upperBound) }
        }
        window.count = counter.count
        guard let next = counter.nextPage else { return }
        window.records = window.records.lowerBound..<next
        window.nextRecord = next
    }

    /// The column that `_id` is read from when the database made no key; nil when there is no single one.
    private func keyColumn(in catalog: Catalog) -> String? {
        let rules = catalog.rules(of: job.spec.table)
        let key = catalog.tables[job.spec.table]?.primaryKey.filter { $0 != rules.tenantColumn } ?? []
        let columns = rules.key.map { [$0] } ?? key
        return columns.count == 1 ? Planner.inputNames(of: columns, in: job.spec).first : nil
    }
}
