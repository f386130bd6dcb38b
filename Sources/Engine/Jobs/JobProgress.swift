package import BulkModel

/// How far a job is and when it may end, derived from the job and the clock.
package struct JobProgress: Hashable, Sendable {
    /// 0 to 100, rounded down; 100 only when every record has an outcome.
    package var percentage: Int
    /// Records a second since the job started; nil before.
    package var recordsPerSecond: Double?
    package var estimatedCompletion: Timestamp?

    package init(percentage: Int, recordsPerSecond: Double?, estimatedCompletion: Timestamp?) {
        self.percentage = percentage
        self.recordsPerSecond = recordsPerSecond
        self.estimatedCompletion = estimatedCompletion
    }

    /// The progress of the job at a time; a clock that was set back gives no rate rather than a negative one.
    package init(of job: Job, now: Timestamp) {
        percentage = Self.percentage(of: job)
        guard let startedAt = job.startedAt else { return }
        let end = job.endedAt ?? now
        let microseconds = end.microseconds - startedAt.microseconds
        guard microseconds > 0 else { return }
        let rate = Double(job.counts.processed) / (Double(microseconds) / 1_000_000)
        recordsPerSecond = rate
        guard job.state == .inProgress, job.spec.operation.isWrite, rate > 0 else { return }
        let remaining = Double(job.counts.unprocessed) / rate
        estimatedCompletion = now + .seconds(min(remaining, Self.secondsMax))
    }

    /// An estimate beyond a year says nothing.
    private static let secondsMax = 365.0 * 86_400

    /// The rows of a running query are not known beforehand: 0 until it ends.
    private static func percentage(of job: Job) -> Int {
        if job.state == .jobComplete { return 100 }
        guard job.spec.operation.isWrite, job.counts.read > 0 else { return 0 }
        return job.counts.processed * 100 / job.counts.read
    }
}
