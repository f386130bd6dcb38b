/// What a job does with its records (spec 002, "Supported Operations").
package enum Operation: String, CaseIterable, Sendable {
    case query, insert, update, upsert, delete

    /// True for everything that reads an upload and changes a table.
    package var isWrite: Bool { self != .query }
}
