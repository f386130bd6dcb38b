import BulkModel
import Engine
import Formats
import Planning
import Testing

@testable import Dialects

@Suite("The answer to an update by query") struct UpdateTallyTests {
    private func receipt(_ records: ClosedRange<Int>, failing: Set<Int> = []) -> ChunkReceipt {
        var receipt = ChunkReceipt(
            firstRecord: records.lowerBound, actions: ActionRuns(),
            keys: .texts(records.map { "order-\($0)" }), faults: [])
        for record in records {
            receipt.actions.append(failing.contains(record) ? .error : .updated)
            guard failing.contains(record) else { continue }
            let place = Position(record: record, line: 0, byte: 0)
            let fault = Fault(.lockedRecord, at: place, column: "locked_until", message: "Order is locked")
            receipt.faults.append(RecordFault(index: record - records.lowerBound, fault: fault))
        }
        return receipt
    }

    private func summary(updated: Int, failed: Int, unchanged: Int) -> StreamEvent {
        let spec = JobSpec(tenant: TenantID("a"), dialect: "d", operation: .update, table: "orders")
        var job = Job(
            id: JobID("job-1"), spec: spec, state: .jobComplete, createdAt: Timestamp(unixSeconds: 1))
        (job.counts.updated, job.counts.failed, job.counts.unchanged) = (updated, failed, unchanged)
        return .summary(StreamSummary(job: job, stop: nil, duration: .milliseconds(1234)))
    }

    private func answer(_ events: [StreamEvent], isDryRun: Bool = false) throws -> (Int, String) {
        let tally = UpdateTally()
        for event in events { tally.take(event) }
        let answer = try tally.answer(isDryRun: isDryRun)
        guard case .bytes(let bytes) = answer.body else { return (answer.status, "") }
        return (answer.status, String(decoding: bytes, as: UTF8.self))
    }

    @Test("is the one that the spec prints, and the job's id")
    func printed() throws {
        let (status, body) = try answer([summary(updated: 247, failed: 0, unchanged: 0)])
        #expect(status == 200)
        #expect(
            body == #"{"updated_count":247,"duration_ms":1234,"#
                + #""details":{"successful":247,"failed":0,"skipped":0},"job_id":"job-1"}"# + "\n")
    }

    @Test("tells errors beside what was done, and says when nothing was")
    func errors() throws {
        let (status, body) = try answer(
            [
                .outcomes(StreamOutcomes(receipt: receipt(1...3, failing: [2]))),
                summary(updated: 2, failed: 1, unchanged: 4),
            ], isDryRun: true)
        #expect(status == 207)
        #expect(
            body
                == #"{"updated_count":2,"duration_ms":1234,"details":{"successful":2,"failed":1,"skipped":4,"#
                + #""errors":[{"id":"order-2","code":"LOCKED_RECORD","message":"Order is locked","#
                + #""field":"locked_until","retryable":true}]},"dry_run":true,"job_id":"job-1"}"# + "\n")
    }

    @Test("tells a hundred errors at most")
    func manyErrors() throws {
        let events: [StreamEvent] = [
            .outcomes(StreamOutcomes(receipt: receipt(1...60, failing: Set(1...60)))),
            .outcomes(StreamOutcomes(receipt: receipt(61...150, failing: Set(61...150)))),
            summary(updated: 0, failed: 150, unchanged: 0),
        ]
        let (_, body) = try answer(events)
        #expect(body.split(separator: "LOCKED_RECORD").count == 101)
        #expect(body.contains("order-100\"") && !body.contains("order-101\""))
    }

    @Test("is none without an end")
    func noEnd() {
        let refusal = #expect(throws: Refusal.self) { try UpdateTally().answer(isDryRun: false) }
        #expect(refusal?.code == .internalError)
    }
}
