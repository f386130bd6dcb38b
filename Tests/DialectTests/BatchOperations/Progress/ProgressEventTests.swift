import BulkModel
import Engine
import Formats
import Testing

@testable import Dialects

@Suite("Progress as events")
struct ProgressEventTests {
    private static let begin = Timestamp(unixSeconds: 1_800_000_000)

    private static func job(_ state: JobState, succeeded: Int = 750, failed: Int = 0) -> Job {
        let spec = JobSpec(
            tenant: TenantID("a"), dialect: "batch-operations", operation: .insert, table: "t")
        var job = Job(id: JobID("bulk-job-1"), spec: spec, state: state, createdAt: begin)
        job.counts.read = 1000
        job.counts.succeeded = succeeded
        job.counts.failed = failed
        job.startedAt = begin
        if state.isTerminal { job.endedAt = begin + .seconds(10) }
        return job
    }

    private static func text(_ job: Job) -> String {
        let now = begin + .seconds(10)
        let events = ProgressEvents(job: job, progress: JobProgress(of: job, now: now), now: now)
        return String(decoding: events.event.bytes, as: UTF8.self)
    }

    @Test("A running job is told with what the spec's tracker reports")
    func running() {
        let expected = """
            event: progress
            id: bulk-job-1-800
            data: {"processed":800,"total":1000,"successful":750,"failed":50,"percentage":80,\
            "estimatedTimeRemaining":2500,"status":"processing"}


            """
        #expect(Self.text(Self.job(.inProgress, failed: 50)) == expected)
    }

    @Test("A job that has not begun has no estimate")
    func pending() {
        var job = Self.job(.open, succeeded: 0)
        job.startedAt = nil
        #expect(Self.text(job).contains("\"estimatedTimeRemaining\":null,\"status\":\"pending\"}"))
    }

    @Test("A job that came to its end is told as complete")
    func complete() {
        let expected = """
            event: complete
            id: bulk-job-1-end
            data: {"id":"bulk-job-1","status":"completed","progress":{"processed":1000,"total":1000,\
            "successful":1000,"failed":0,"percentage":100}}


            """
        #expect(Self.text(Self.job(.jobComplete, succeeded: 1000)) == expected)
    }

    @Test("A job that failed or was cancelled is told with its reason")
    func failed() {
        var job = Self.job(.failed)
        job.reason = Job.Reason(code: .jobExpired, message: "too old\nto go on")
        let text = Self.text(job)
        #expect(text.hasPrefix("event: error\nid: bulk-job-1-end\ndata: {\"code\":\"JOB_EXPIRED\","))
        // A line end in the data would end the event.
        #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count == 5)
        #expect(Self.text(Self.job(.aborted)).contains("\"code\":\"NOT_ATTEMPTED\""))
        #expect(Self.text(Self.job(.aborted)).contains("\"status\":\"cancelled\""))
    }

    @Test("A token opens its own job's progress for a minute, and nothing else")
    func token() throws {
        let signer = PlainSigner()
        let job = Self.job(.inProgress)
        let text = ProgressToken(job: job, now: Self.begin, lifetime: .seconds(60)).signed(by: signer)
        let token = try ProgressToken(text, job: job.id, now: Self.begin + .seconds(59), signer: signer)
        #expect(token.caller.tenant == TenantID("a"))
        #expect(token.caller.scopes == [.read])
        #expect(throws: Refusal.self) {
            try ProgressToken(text, job: job.id, now: Self.begin + .seconds(60), signer: signer)
        }
        #expect(throws: Refusal.self) {
            try ProgressToken(text, job: JobID("bulk-job-2"), now: Self.begin, signer: signer)
        }
        #expect(throws: Refusal.self) {
            try ProgressToken(text, job: job.id, now: Self.begin, signer: PlainSigner(id: "k2"))
        }
    }

    @Test("A token that was altered anywhere is refused")
    func forged() {
        let signer = PlainSigner()
        let job = Self.job(.inProgress)
        let text = ProgressToken(job: job, now: Self.begin, lifetime: .seconds(60)).signed(by: signer)
        for index in text.indices {
            var forged = text
            forged.replaceSubrange(index...index, with: text[index] == "A" ? "B" : "A")
            #expect(throws: Refusal.self) {
                try ProgressToken(forged, job: job.id, now: Self.begin, signer: signer)
            }
        }
        for forged in ["", ".", "a.b", text + ".", String(text.dropLast())] {
            #expect(throws: Refusal.self) {
                try ProgressToken(forged, job: job.id, now: Self.begin, signer: signer)
            }
        }
    }

    @Test("A paging token is no progress token")
    func otherPurpose() {
        let signer = PlainSigner()
        let fields = ["bulk-job-1", "a", "9999999999"]
        let token = SignedToken(signer: signer).make(fields, context: [])
        #expect(throws: Refusal.self) {
            try ProgressToken(token, job: JobID("bulk-job-1"), now: Self.begin, signer: signer)
        }
    }
}
