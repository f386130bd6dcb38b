import BulkModel

/// What a command asks for: the fields of "Create Job" (spec 002) that it may set.
struct JobRequest: Hashable, Sendable {
    var operation: BulkModel.Operation
    var table: String
    var format = ContentFormat.csv
    var compression = Compression.none
    var query: String?
    var key: String?
}
