import BulkModel
import Engine
import Testing

@Suite("Job progress")
struct JobProgressTests {
    private let start = Timestamp(unixSeconds: 1_800_000_000)

    private func job(_ state: JobState, read: Int, done: Int, started: Bool = true) -> Job {
        let spec = JobSpec(tenant: TenantID("a"), dialect: "d", operation: .insert, table: "items")
        var job = Job(id: JobID("j"), spec: spec, state: state, createdAt: start)
        job.counts.read = read
        job.counts.succeeded = done
        if started { job.startedAt = start }
        return job
    }

    @Test(
        "percentage, rate and estimate follow from the job and the clock",
        arguments: [
            (JobState.open, 0, 0, 10, 0, nil, nil),
            (.inProgress, 1000, 0, 10, 0, 0.0, nil),
            (.inProgress, 1000, 250, 10, 25, 25.0, 30),
            (.inProgress, 1000, 999, 10, 99, 99.9, 0),
            (.inProgress, 1000, 250, 0, 25, nil, nil),
            (.inProgress, 1000, 250, -50, 25, nil, nil),
            (.failed, 1000, 250, 10, 25, 25.0, nil),
            (.jobComplete, 0, 0, 10, 100, 0.0, nil),
        ] as [(JobState, Int, Int, Int, Int, Double?, Int?)])
    func derives(
        state: JobState, read: Int, done: Int, seconds: Int, percentage: Int, rate: Double?, remaining: Int?
    ) {
        let now = start + .seconds(seconds)
        let progress = JobProgress(of: job(state, read: read, done: done, started: state != .open), now: now)
        #expect(progress.percentage == percentage)
        #expect(progress.recordsPerSecond == rate)
        #expect(progress.estimatedCompletion?.unixSeconds == remaining.map { now.unixSeconds + Int64($0) })
    }
}
