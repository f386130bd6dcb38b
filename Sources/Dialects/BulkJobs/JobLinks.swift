import BulkModel

/// The addresses of one job, absolute.
struct JobLinks {
    let job: String
    let baseURL: String
    let jobID: JobID

    init(_ id: JobID, baseURL: String) {
        jobID = id
        self.baseURL = baseURL
        job = "\(baseURL)/v1/bulk/jobs/\(id)"
    }

    var uploadURL: String { "\(job)/upload-url" }
    var results: String { "\(job)/results" }
    var failedResults: String { "\(job)/results/failed" }
    var successfulResults: String { "\(job)/results/successful" }
    var unprocessedResults: String { "\(job)/results/unprocessed" }

    /// Where operations on the table that are streams begin and go on.
    func process(_ table: String) -> String { "\(baseURL)/v1/\(PercentEncoding.segment(table))/bulk-process" }
}
