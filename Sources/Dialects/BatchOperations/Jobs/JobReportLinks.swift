import BulkModel

/// The addresses of one job in spec 001, absolute.
struct JobReportLinks {
    let job: String

    init(_ id: JobID, baseURL: String) { job = "\(baseURL)/v1/jobs/\(id)" }

    var records: String { "\(job)/records" }
    var failedRecords: String { "\(job)/records?status=failed" }
    var progress: String { "\(job)/progress" }
    var cancel: String { "\(job)/cancel" }
    var retry: String { "\(job)/retry" }
}
