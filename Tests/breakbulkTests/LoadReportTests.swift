import BulkModel
import Engine
import Formats
import Testing

@testable import breakbulk

@Suite("The report after a load")
struct LoadReportTests {
    private func view(_ state: JobState, read: Int, created: Int, failed: Int) -> JobView {
        let spec = JobSpec(tenant: TenantID("t"), dialect: "bulk-jobs", operation: .insert, table: "sales")
        var job = Job(id: JobID("bulk-job-a"), spec: spec, state: state, createdAt: Timestamp(unixSeconds: 0))
        job.counts.read = read
        job.counts.add(.created, count: created)
        job.counts.add(.error, count: failed)
        job.errorCounts = failed > 0 ? [.invalidValue: failed] : [:]
        return JobView(
            job, progress: JobProgress(percentage: 100, recordsPerSecond: nil, estimatedCompletion: nil))
    }

    private func report(_ job: JobView) -> LoadReport {
        LoadReport(
            job: job, bytes: 2_000_000, elapsed: .seconds(2), watchCommand: "breakbulk watch bulk-job-a")
    }

    @Test(
        "Exit codes follow the job's state and its failures",
        arguments: [
            (JobState.jobComplete, 0, CommandExit.success), (.jobComplete, 1, .someFailed),
            (.failed, 0, .jobFailed),
            (.aborted, 0, .jobFailed), (.inProgress, 0, .stillRunning), (.open, 0, .stillRunning),
        ])
    func exitStatus(state: JobState, failed: Int, expected: CommandExit) {
        #expect(view(state, read: 10, created: 9, failed: failed).exitStatus == expected)
    }

    @Test("A clean load is one line")
    func clean() {
        let lines = report(view(.jobComplete, read: 1000, created: 1000, failed: 0)).lines
        #expect(lines == ["1,000 records in 2.0 s, 1.0 MB/s: 1,000 created, 0 failed (bulk-job-a)"])
    }

    @Test("Who sent nothing is told no pace")
    func watched() {
        var report = report(view(.jobComplete, read: 1000, created: 1000, failed: 0))
        report.bytes = 0
        #expect(report.lines == ["1,000 records: 1,000 created, 0 failed (bulk-job-a)"])
    }

    @Test("Failures are told by code, then the first few with their places, then what to do")
    func failures() {
        var report = report(view(.jobComplete, read: 10, created: 8, failed: 2))
        report.failures = [
            FailedRecord(record: 3, line: 4, column: "quantity", code: "INVALID_VALUE", message: "no number")
        ]
        #expect(
            report.lines.dropFirst() == [
                "  INVALID_VALUE: 2", "The first 1 of them:",
                "  record 3, line 4, column quantity: INVALID_VALUE: no number",
                "To get the failed records as a file to correct: load with --failed-to FILE.",
            ])
    }

    @Test("When the time is over the job's id and the way to follow it are told")
    func timeout() {
        let lines = report(view(.inProgress, read: 10, created: 5, failed: 0)).lines
        #expect(lines[0].contains("bulk-job-a"))
        #expect(lines[1] == "Follow it: breakbulk watch bulk-job-a")
    }

    @Test("JSON has the job's fields, the failures and the exit code")
    func json() {
        let value = report(view(.jobComplete, read: 10, created: 8, failed: 2)).value
        #expect(value["job_id"]?.string == "bulk-job-a")
        #expect(value["number_records_failed"]?.integer == 2)
        #expect(value["error_count"]?["INVALID_VALUE"]?.integer == 2)
        #expect(value["exit_code"]?.integer == 1)
    }

    @Test("A job comes back from its JSON as it went")
    func roundTrip() {
        let job = view(.failed, read: 10, created: 5, failed: 1)
        #expect(JobView(.object(job.members)) == job)
    }

    @Test("What is no job is not taken for one")
    func noJob() { #expect(JobView(["job_id": "x", "state": "Dancing"]) == nil) }

    @Test("Failed records are read from JSON results; others are left out")
    func failedRecords() {
        let results: JSONValue = [
            ["_record": 2, "_error_code": "MISSING_VALUE", "_error": "needed", "_column": "name"],
            ["_record": 3, "_status": "success"],
        ]
        #expect(
            FailedRecord.list(results)
                == [
                    FailedRecord(
                        record: 2, line: nil, column: "name", code: "MISSING_VALUE", message: "needed")
                ])
    }

    @Test("A table's own columns are not taken for what the server says of the record")
    func ownColumns() {
        let results: JSONValue = [
            [
                "_record": "mine", "__record": 2, "_error": "mine", "__error": "needed",
                "_error_code": "MISSING_VALUE", "_column": "n",
            ]
        ]
        #expect(
            FailedRecord.list(results)
                == [FailedRecord(record: 2, line: nil, column: "n", code: "MISSING_VALUE", message: "needed")]
        )
    }
}
