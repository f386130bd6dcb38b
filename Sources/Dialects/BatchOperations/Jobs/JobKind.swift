import BulkModel

/// What spec 001 calls a job's `type`.
enum JobKind {
    static func of(_ spec: JobSpec) -> String {
        switch spec.options.noun {
        case .import: return "bulk_import"
        case .batch: return "batch"
        case .job: return spec.source == .batch ? "batch" : "bulk_\(spec.operation.rawValue)"
        }
    }
}
