/// What the parts of spec 001 share.
enum BatchOperations {
    /// Names the dialect in jobs.
    static let name = "batch-operations"
}
