package import BulkModel

extension Store {
    /// As `insert(_:request:activeMax:)` with nothing kept beside the job.
    package func insert(_ job: Job, activeMax: Int) async throws(StoreError) {
        try await insert(job, request: nil, activeMax: activeMax)
    }
}
