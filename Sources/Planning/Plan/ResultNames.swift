/// Names of the columns that results add beside the upload's own.
enum ResultNames {
    private static let all: Set<String> = [
        "_record", "_status", "_action", "_id", "_error_code", "_error", "_column", "_retryable",
    ]

    /// True when an input of this name is read over: a result's column, or another that begins with `_` and is none
    /// of the table's.
    static func isIgnored(_ name: String, isColumn: Bool) -> Bool {
        all.contains(name) || (name.hasPrefix("_") && !isColumn)
    }
}
