import BulkModel

extension JobState {
    /// For messages, as callers know it: `JobComplete`.
    var title: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
}
