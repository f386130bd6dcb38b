/// Everything worth observing, as one enumeration; log and metrics are two readers of it.
///
/// Holds ids, counts and codes; never a record's data, SQL or a secret.
package enum Observation: Sendable {
    case jobCreated(JobID, tenant: TenantID, operation: Operation, table: String)
    case uploadReceived(JobID, bytes: Int, records: Int, duration: Duration)
    case uploadRefused(JobID, ErrorCode)
    case chunkApplied(JobID, records: Int, failed: Int, duration: Duration)
    case chunkRetried(JobID, attempt: Int, cause: String)
    case jobEnded(JobID, JobState, JobCounts, duration: Duration)
    case queryEnded(JobID, rows: Int, duration: Duration)
    case swept(jobs: Int)
    case request(id: String, method: String, route: String, status: Int, duration: Duration)
    case serviceFault(String, cause: String)
}
