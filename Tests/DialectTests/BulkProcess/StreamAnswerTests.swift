import BulkModel
import Engine
import Formats
import Planning
import Synchronization
import Testing

@testable import Dialects

@Suite("The lines of a stream", .timeLimit(.minutes(1))) struct StreamAnswerTests {
    private let cursors = StreamCursors(signer: PlainSigner(), tenant: TenantID("acme"), table: "orders")
    private let time = Timestamp(unixSeconds: 1_721_053_801)

    private func job(_ operation: Operation = .update, source: JobSource = .selection) -> Job {
        var spec = JobSpec(
            tenant: TenantID("acme"), dialect: "bulk-process", operation: operation, table: "orders")
        spec.source = source
        return Job(id: JobID("bulk-op-a"), spec: spec, state: .inProgress, createdAt: time)
    }

    private func stream(
        _ job: Job, fields: [String] = ["status"], behind: Int = 0, count: Int? = 4, isDryRun: Bool = false,
        isResumed: Bool = false, _ body: @escaping @Sendable (OutcomeStream.Delivery) async throws -> Void
    ) -> OutcomeStream {
        OutcomeStream(
            job: job, updatedFields: fields, behind: behind, isResumed: isResumed, recordCount: count,
            isDryRun: isDryRun, body: body)
    }

    private func receipt(
        _ actions: [RecordAction], keys: GeneratedKeys, faults: [RecordFault] = [], from first: Int = 1
    ) -> ChunkReceipt {
        var runs = ActionRuns()
        for action in actions { runs.append(action) }
        return ChunkReceipt(firstRecord: first, actions: runs, keys: keys, faults: faults, appliedAt: time)
    }

    /// The lines, and what broke the stream if something did.
    private func lines(_ stream: OutcomeStream) async throws -> (lines: [String], fault: (any Error)?) {
        let answer = StreamAnswer.make(stream, cursors: cursors, requestID: "r1")
        guard case .stream(let write) = answer.body else { return ([], nil) }
        let bytes = Mutex<[UInt8]>([])
        var fault: (any Error)?
        do {
            try await write { piece in bytes.withLock { $0 += piece } }
        } catch {
            fault = error
        }
        let text = String(decoding: bytes.withLock { $0 }, as: UTF8.self)
        return (text.split(separator: "\n").map(String.init), fault)
    }

    private func fault(_ code: ErrorCode, _ message: String, column: String? = nil, line: Int = 0) -> Fault {
        Fault(code, at: Position(record: 0, line: line, byte: line * 10), column: column, message: message)
    }

    @Test("an operation whose reader has gone before the first line is run all the same: it may go on alone")
    func goneAtOnce() async throws {
        struct Gone: Error {}
        let isRun = Mutex(false)
        let answer = StreamAnswer.make(
            stream(job()) { deliver in
                isRun.withLock { $0 = true }
                try await deliver(
                    .progress(StreamProgress(record: 1, counts: JobCounts())))
            }, cursors: cursors, requestID: "r1")
        guard case .stream(let write) = answer.body else {
            Issue.record("the answer is no stream")
            return
        }
        await #expect(throws: Gone.self) { try await write { _ in throw Gone() } }
        #expect(isRun.withLock { $0 })
    }

    @Test("header lines say what it is, which operation, and that nobody may keep it")
    func headers() {
        let answer = StreamAnswer.make(stream(job()) { _ in }, cursors: cursors, requestID: "r1")
        #expect(answer.status == 200)
        #expect(answer.headers.contains(Header("Content-Type", "application/x-ndjson")))
        #expect(answer.headers.contains(Header("X-Operation-Id", "bulk-op-a")))
        #expect(answer.headers.contains(Header("Cache-Control", "no-store")))
        #expect(answer.headers.contains(Header("X-Content-Type-Options", "nosniff")))
    }

    @Test("an update's lines are those that the spec prints, with more behind them")
    func update() async throws {
        let refused = fault(
            .invalidStatusTransition, "Cannot transition from COMPLETED to PROCESSING", column: "status")
        let receipt = receipt(
            [.updated, .updated, .error, .unchanged],
            keys: .texts(["order-1", "order-2", "order-\"3\"", "é"]),
            faults: [RecordFault(index: 2, fault: refused)])
        var ended = job()
        (ended.counts.read, ended.counts.succeeded, ended.counts.failed) = (4, 3, 1)
        ended.errorCounts = [.invalidStatusTransition: 1]
        let (job, counts) = (ended, ended.counts)
        let told = try await lines(
            stream(job) { deliver in
                try await deliver(.outcomes(StreamOutcomes(receipt: receipt)))
                try await deliver(
                    .progress(
                        StreamProgress(
                            record: 4, counts: counts, percentage: 100, recordsPerSecond: 99.6,
                            secondsRemaining: 29.2)))
                try await deliver(
                    .summary(StreamSummary(job: job, stop: nil, duration: .seconds(135))))
            })
        let (begin, end) = (cursors.make(job.id, behind: 0), cursors.make(job.id, behind: 4))
        #expect(told.fault == nil)
        #expect(
            told.lines == [
                #"{"type":"metadata","operationId":"bulk-op-a","operation":"status-update","totalRecords":4,"cursor":"\#(begin)"}"#,
                #"{"type":"success","recordId":"order-1","updatedFields":["status"],"timestamp":"2024-07-15T14:30:01Z"}"#,
                #"{"type":"success","recordId":"order-2","updatedFields":["status"],"timestamp":"2024-07-15T14:30:01Z"}"#,
                #"{"type":"error","recordId":"order-\"3\"","error":"INVALID_STATUS_TRANSITION","message":"Cannot transition from COMPLETED to PROCESSING","retryable":false,"field":"status"}"#,
                #"{"type":"success","recordId":"é","updatedFields":[],"timestamp":"2024-07-15T14:30:01Z"}"#,
                #"{"type":"progress","processed":4,"successful":3,"errors":1,"cursor":"\#(end)","percentComplete":100,"estimatedTimeRemaining":"PT30S","processingRate":100}"#,
                #"{"type":"summary","processed":4,"successful":3,"errors":1,"errorBreakdown":{"INVALID_STATUS_TRANSITION":1},"duration":"PT2M15S","durationMs":135000}"#,
            ])
    }

    @Test("a stream that goes on says so, and tells nothing that the reader has")
    func resumed() async throws {
        let faults = [0, 2].map { RecordFault(index: $0, fault: fault(.lockedRecord, "Locked.")) }
        let receipt = receipt(
            [.error, .deleted, .error, .deleted], keys: .integers([1, 2, 3, 4]), faults: faults)
        for (behind, ids) in [(0, [1, 2, 3, 4]), (1, [2, 3, 4]), (2, [3, 4]), (3, [4]), (4, [])] {
            let told = try await lines(
                stream(job(.delete), fields: [], behind: behind, count: 4 - behind, isResumed: true) {
                    deliver in
                    try await deliver(.outcomes(StreamOutcomes(receipt: receipt, skippedCount: behind)))
                })
            let cursor = cursors.make(JobID("bulk-op-a"), behind: behind)
            let remaining = 4 - behind
            #expect(
                told.lines.first
                    == #"{"type":"metadata","operationId":"bulk-op-a","resumed":true,"cursor":"\#(cursor)","remainingRecords":\#(remaining),"operation":"delete"}"#
            )
            let expected = ids.map { id in
                id % 2 == 0
                    ? #"{"type":"success","recordId":\#(id),"action":"deleted","timestamp":"2024-07-15T14:30:01Z"}"#
                    : #"{"type":"error","recordId":\#(id),"error":"LOCKED_RECORD","message":"Locked.","retryable":true}"#
            }
            #expect(Array(told.lines.dropFirst()) == expected)
        }
    }

    @Test("a stop is told and counted, and the cursor lies before it")
    func stopped() async throws {
        let receipt = receipt([.updated, .updated], keys: .integers([1, 2]))
        var half = job()
        (half.counts.read, half.counts.succeeded) = (100, 2)
        let (job, stop) = (
            half,
            AppliedChunk.Stop(
                fault: RecordFault(index: 2, fault: fault(.alreadyArchived, "Archived.")), key: .integer(3))
        )
        let told = try await lines(
            stream(job, fields: [], isDryRun: true) { deliver in
                try await deliver(.outcomes(StreamOutcomes(receipt: receipt)))
                try await deliver(.summary(StreamSummary(job: job, stop: stop, duration: .milliseconds(40))))
            })
        let cursor = cursors.make(job.id, behind: 2)
        #expect(
            Array(told.lines.dropFirst()) == [
                #"{"type":"success","recordId":1,"action":"archived","timestamp":"2024-07-15T14:30:01Z","dryRun":true}"#,
                #"{"type":"success","recordId":2,"action":"archived","timestamp":"2024-07-15T14:30:01Z","dryRun":true}"#,
                #"{"type":"error","recordId":3,"error":"ALREADY_ARCHIVED","message":"Archived.","retryable":false,"dryRun":true}"#,
                #"{"type":"summary","processed":3,"successful":2,"errors":1,"errorBreakdown":{"ALREADY_ARCHIVED":1},"stoppedEarly":true,"cursor":"\#(cursor)","duration":"PT0S","durationMs":40,"dryRun":true}"#,
            ])
    }

    @Test("lines of given records say which record, and where in the body a fault is")
    func ingest() async throws {
        let faults = [
            RecordFault(index: 2, fault: fault(.invalidValue, "No number.", column: "total", line: 4)),
            RecordFault(index: 3, fault: fault(.duplicateKey, "Twice.")),
        ]
        let receipt = receipt(
            [.created, .unchanged, .error, .error], keys: .texts(["a", "b", "", "d"]), faults: faults,
            from: 11)
        let told = try await lines(
            stream(job(.upsert, source: .stream), fields: [], count: nil) { deliver in
                try await deliver(.outcomes(StreamOutcomes(receipt: receipt)))
                try await deliver(
                    .progress(StreamProgress(record: 14, counts: JobCounts(), recordsPerSecond: 2.55)))
            })
        let (begin, end) = (
            cursors.make(JobID("bulk-op-a"), behind: 0), cursors.make(JobID("bulk-op-a"), behind: 14)
        )
        #expect(
            told.lines == [
                #"{"type":"metadata","operationId":"bulk-op-a","operation":"upsert","totalRecords":null,"cursor":"\#(begin)"}"#,
                #"{"type":"success","recordId":"a","action":"created","timestamp":"2024-07-15T14:30:01Z","record":11}"#,
                #"{"type":"success","recordId":"b","action":"unchanged","timestamp":"2024-07-15T14:30:01Z","record":12}"#,
                #"{"type":"error","recordId":null,"error":"INVALID_VALUE","message":"No number.","retryable":false,"field":"total","record":13,"line":4,"byte":40,"column":"total"}"#,
                #"{"type":"error","recordId":"d","error":"DUPLICATE_KEY","message":"Twice.","retryable":false,"record":14}"#,
                #"{"type":"progress","processed":0,"successful":0,"errors":0,"cursor":"\#(end)","percentComplete":null,"estimatedTimeRemaining":null,"processingRate":2.6}"#,
            ])
    }

    @Test("a fault after the beginning ends in an error line with the cursor, then the answer breaks")
    func broken() async throws {
        struct Odd: Error {}
        let receipt = receipt([.updated, .updated], keys: .integers([1, 2]))
        let refusal = Refusal(.serviceUnavailable, issue: "disk_full", "The disk is full.")
        let told = try await lines(
            stream(job()) { deliver in
                try await deliver(.outcomes(StreamOutcomes(receipt: receipt)))
                throw refusal
            })
        let cursor = cursors.make(JobID("bulk-op-a"), behind: 2)
        #expect(told.fault as? Refusal == refusal)
        #expect(
            told.lines.last
                == #"{"type":"error","error":"SERVICE_UNAVAILABLE","message":"The disk is full.","retryable":true,"issue":"disk_full","cursor":"\#(cursor)"}"#
        )
        let tried = try await lines(stream(job(), isDryRun: true) { _ in throw refusal })
        #expect(tried.lines.last?.hasSuffix(#","dryRun":true}"#) == true)
        let odd = try await lines(stream(job()) { _ in throw Odd() })
        #expect(odd.fault is Odd)
        #expect(odd.lines.last?.contains(#""error":"INTERNAL_ERROR""#) == true)
        #expect(odd.lines.last?.contains("Odd") == false)
    }

    @Test("outcomes without a fault for each record that failed break the answer before any of their lines")
    func unfit() async throws {
        let known = RecordFault(index: 1, fault: fault(.lockedRecord, "Locked."))
        let moved = RecordFault(index: 0, fault: fault(.lockedRecord, "Locked."))
        for faults in [[], [moved], [known, RecordFault(index: 2, fault: known.fault)]] {
            let receipt = receipt([.updated, .error], keys: .integers([1, 2]), faults: faults)
            let told = try await lines(
                stream(job()) { deliver in
                    try await deliver(.outcomes(StreamOutcomes(receipt: receipt)))
                })
            #expect(told.fault is OutcomeLines.Unfit)
            #expect(told.lines.count == 2)
            #expect(told.lines.last?.contains(#""error":"INTERNAL_ERROR""#) == true)
            #expect(told.lines.last?.contains(cursors.make(JobID("bulk-op-a"), behind: 0)) == true)
        }
    }

    @Test("a reader who goes is told nothing more, and the operation learns of it at its next event")
    func readerGone() async throws {
        struct Gone: Error {}
        let receipt = receipt([.updated], keys: .integers([1]))
        let learned = Mutex(0)
        let answer = StreamAnswer.make(
            stream(job()) { deliver in
                for _ in 0..<3 {
                    do {
                        try await deliver(.outcomes(StreamOutcomes(receipt: receipt)))
                    } catch {
                        learned.withLock { $0 += error is Gone ? 1 : 100 }
                    }
                }
            }, cursors: cursors, requestID: "r1")
        guard case .stream(let write) = answer.body else { return }
        let writes = Mutex(0)
        await #expect(throws: Gone.self) {
            try await write { _ in
                let count = writes.withLock { count -> Int in
                    count += 1
                    return count
                }
                if count > 1 { throw Gone() }
            }
        }
        #expect(writes.withLock { $0 } == 2)
        #expect(learned.withLock { $0 } == 3)
    }

    @Test("an operation is not ahead of its reader: an event is taken before the next is asked for")
    func inStep() async throws {
        let receipt = receipt([.updated], keys: .integers([1]))
        let order = Mutex<[String]>([])
        let answer = StreamAnswer.make(
            stream(job()) { deliver in
                for number in 1...3 {
                    try await deliver(.outcomes(StreamOutcomes(receipt: receipt)))
                    order.withLock { $0.append("told \(number)") }
                }
            }, cursors: cursors, requestID: "r1")
        guard case .stream(let write) = answer.body else { return }
        try await write { _ in order.withLock { $0.append("written") } }
        #expect(
            order.withLock { $0 } == [
                "written", "written", "told 1", "written", "told 2", "written", "told 3",
            ])
    }

    @Test("a large chunk leaves in pieces, and every record has its line")
    func pieces() async throws {
        let count = 5000
        let receipt = receipt(
            Array(repeating: .updated, count: count), keys: .integers((1...Int64(count)).map { $0 }))
        let answer = StreamAnswer.make(
            stream(job()) { deliver in try await deliver(.outcomes(StreamOutcomes(receipt: receipt))) },
            cursors: cursors, requestID: "r1")
        guard case .stream(let write) = answer.body else { return }
        let sizes = Mutex<[Int]>([])
        let lineCount = Mutex(0)
        try await write { bytes in
            sizes.withLock { $0.append(bytes.count) }
            lineCount.withLock { $0 += bytes.count { $0 == UInt8(ascii: "\n") } }
        }
        #expect(lineCount.withLock { $0 } == count + 1)
        #expect(sizes.withLock { $0.max() ?? 0 } < 80 << 10)
        #expect(sizes.withLock { $0.count } > 3)
    }
}
