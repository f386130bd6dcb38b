import BulkModel

extension JobSpec {
    /// Refuses options that do not go with the job, or are too many.
    func checkOptions(_ limits: Limits) throws(Refusal) {
        let takesRecords = operation.isWrite && source == .upload
        if !takesRecords, !options.mapping.isEmpty || options.isLenient || options.isDryRun {
            throw Refusal(
                .invalidRequest, issue: "options_without_upload",
                "`mapping`, `validation` and `dry_run` go with jobs that take records only.")
        }
        guard options.mapping.count <= limits.columnsMax else {
            throw Refusal(
                .invalidRequest, issue: "too_many_columns",
                "`mapping` has \(options.mapping.count) names, \(limits.columnsMax) are allowed.")
        }
    }
}
