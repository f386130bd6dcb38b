import Testing

/// What a data job does with its records.
enum WriteOperation: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case insert, update, upsert, delete

    var testDescription: String { rawValue }
}
