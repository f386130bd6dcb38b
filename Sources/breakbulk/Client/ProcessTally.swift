import Formats

/// What the lines of a bulk-process answer have told so far.
struct ProcessTally: Hashable, Sendable {
    /// Empty until the first line.
    var operationID = ""
    var isDryRun = false
    /// Records that this stream will tell of; nil while that is not known.
    var total: Int?
    /// Records told.
    var told = 0
    /// Of these, failed.
    var failed = 0
    /// The first of them, for the report.
    var failures: [ProcessFailure] = []
    /// The newest cursor.
    var cursor: String?
    /// Why the stream is about to break off; nil while all is well.
    var fault: ProcessFailure?
    var summary: ProcessSummary?

    /// What a line was, for those who do something at each.
    enum Kind: Hashable, Sendable {
        case metadata, success, failure, progress, fault, summary
    }

    /// Takes a line; nil when it is none that a server of ours sends.
    mutating func take(_ line: JSONValue) -> Kind? {
        guard let type = line["type"]?.string else { return nil }
        if let cursor = line["cursor"]?.string { self.cursor = cursor }
        switch type {
        case "metadata":
            operationID = line["operationId"]?.string ?? ""
            isDryRun = line["dryRun"]?.bool ?? false
            total = (line["totalRecords"] ?? line["remainingRecords"])?.integer.map { Int($0) }
            return .metadata
        case "success":
            told += 1
            return .success
        case "error":
            let failure = ProcessFailure(line)
            guard failure.id != nil else {
                fault = failure
                return .fault
            }
            told += 1
            failed += 1
            if failures.count < FailedRecord.shownMax { failures.append(failure) }
            return .failure
        case "progress": return .progress
        case "summary":
            summary = ProcessSummary(line)
            return .summary
        default: return nil
        }
    }
}
