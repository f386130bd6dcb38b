import BulkModel
import Engine
import Formats
import Testing

@testable import Dialects

@Suite struct JobAnswerTests {
    /// 2026-01-29T10:00:00Z, as spec 002 prints it.
    private static let created = Timestamp(unixSeconds: 1_769_680_800)

    private func job(_ operation: BulkModel.Operation, _ state: JobState) -> Job {
        let spec = JobSpec(tenant: TenantID("t1"), dialect: "bulk-jobs", operation: operation, table: "sales")
        return Job(id: JobID("bulk-job-abc123"), spec: spec, state: state, createdAt: Self.created)
    }

    private func render(_ job: Job, percentage: Int = 0, end: Timestamp? = nil) -> JobAnswer {
        let progress = JobProgress(percentage: percentage, recordsPerSecond: nil, estimatedCompletion: end)
        return JobAnswer(job: job, progress: progress, baseURL: "http://h")
    }

    private func steps(_ job: Job) -> String {
        (render(job).value["next_steps"]?.array ?? []).compactMap(\.string).joined(separator: "\n")
    }

    @Test("a new job begins with the fields and values that the spec prints, in that order")
    func printed() throws {
        guard case .object(let members) = render(job(.query, .open)).value else { throw NotAnObject() }
        let expected: JSONValue = [
            "job_id": "bulk-job-abc123", "state": "Open", "operation": "query", "object": "sales",
            "content_type": "CSV", "created_at": "2026-01-29T10:00:00Z",
        ]
        #expect(JSONValue.object(Array(members.prefix(6))) == expected)
    }

    @Test("progress is told in the spec's fields and ours")
    func progress() {
        var running = job(.insert, .inProgress)
        running.counts.read = 66_666
        running.counts.add(.created, count: 49_988)
        running.counts.add(.error, count: 12)
        running.errorCounts = [.invalidValue: 5, .duplicateKey: 7]
        let value = render(running, percentage: 75, end: Self.created + .seconds(30)).value
        #expect(value["state"] == "InProgress")
        #expect(value["number_records_processed"] == 50_000)
        #expect(value["number_records_failed"] == 12)
        #expect(value["number_records_succeeded"] == 49_988)
        #expect(value["number_records_unprocessed"] == 16_666)
        #expect(value["number_records_total"] == 66_666)
        #expect(value["progress_percentage"] == 75)
        #expect(value["error_count"] == ["DUPLICATE_KEY": 7, "INVALID_VALUE": 5])
        #expect(value["estimated_completion"] == "2026-01-29T10:00:30Z")
    }

    @Test("each state has the name of the spec and is read back from it", arguments: JobState.allCases)
    func stateNames(state: JobState) {
        #expect(StateName.parse(StateName.of(state)) == state)
        #expect(StateName.parse(StateName.of(state).lowercased()) == nil)
    }

    @Test("next steps name the very calls for where the job stands")
    func nextSteps() {
        #expect(steps(job(.insert, .open)).contains("GET http://h/v1/bulk/jobs/bulk-job-abc123/upload-url"))
        #expect(!steps(job(.query, .open)).contains("upload-url"))
        #expect(steps(job(.insert, .inProgress)).contains("?wait=30"))
        #expect(steps(job(.query, .jobComplete)).contains("bulk-job-abc123/results."))
        var failed = job(.insert, .jobComplete)
        failed.counts.read = 1
        failed.counts.add(.error, count: 1)
        #expect(steps(failed).contains("/results/failed"))
        var aborted = job(.insert, .aborted)
        aborted.upload = Upload(byteCount: 1, digest: "", header: [], delimiter: 0)
        aborted.counts.read = 1
        #expect(steps(aborted).contains("/results/unprocessed"))
    }

    @Test("an operation whose outcomes were streamed leads to its stream, and to no download")
    func streams() {
        for (source, call) in [
            (JobSource.selection, #"POST http://h/v1/sales/bulk-process with {"resumeFrom": "CURSOR"}"#),
            (JobSource.stream, "POST http://h/v1/sales/bulk-process?operation=update&resumeFrom=CURSOR"),
        ] {
            for state in [JobState.inProgress, .jobComplete, .failed, .aborted] {
                let given = job(.update, state)
                var spec = given.spec
                spec.source = source
                var streamed = Job(id: given.id, spec: spec, state: state, createdAt: given.createdAt)
                streamed.counts.read = 2
                streamed.counts.add(.error, count: 1)
                #expect(steps(streamed).contains(call))
                #expect(!steps(streamed).contains("/results"))
                #expect(steps(streamed).contains("To stop it") == !state.isTerminal)
                let links = render(streamed).value["links"]
                #expect(
                    links == [
                        "self": "http://h/v1/bulk/jobs/bulk-job-abc123",
                        "bulk_process": "http://h/v1/sales/bulk-process",
                    ])
            }
        }
        let links = JobLinks(JobID("a"), baseURL: "http://h")
        #expect(links.process("Größe/1") == "http://h/v1/Gr%C3%B6%C3%9Fe%2F1/bulk-process")
    }

    @Test("a failed job says why, a waiting one what for")
    func reasons() {
        var failed = job(.insert, .failed)
        failed.reason = Job.Reason(code: .jobExpired, message: "too old")
        #expect(render(failed).value["error"]?["code"] == "JOB_EXPIRED")
        failed.state = .inProgress
        #expect(render(failed).value["waiting_for"]?["message"] == "too old")
        #expect(render(failed).value["error"] == nil)
    }

    @Test("Retry-After is whole seconds on unfinished jobs, and absent on ended ones")
    func retryAfter() {
        let now = Self.created
        #expect(render(job(.insert, .open)).retryAfterSeconds(now: now) == 5)
        #expect(render(job(.insert, .uploadComplete)).retryAfterSeconds(now: now) == 1)
        let slow = render(job(.insert, .inProgress), end: now + .seconds(3600))
        #expect(slow.retryAfterSeconds(now: now) == 10)
        let late = render(job(.insert, .inProgress), end: now + .seconds(-5))
        #expect(late.retryAfterSeconds(now: now) == 1)
        for state in JobState.allCases where state.isTerminal {
            #expect(render(job(.insert, state)).retryAfterSeconds(now: now) == nil)
        }
    }

    private struct NotAnObject: Error {}
}
