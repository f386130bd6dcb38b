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
}
