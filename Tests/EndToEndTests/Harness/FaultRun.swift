import Testing

/// A test's operation and the seed of its random moments; a failure names both.
struct FaultRun: Sendable, CustomTestStringConvertible {
    let operation: WriteOperation
    let seed: UInt64

    init(_ operation: WriteOperation) {
        self.operation = operation
        seed = .random(in: 0...999_999)
    }

    /// The operations that find their records by a key.
    static let keyed = [WriteOperation.update, .upsert, .delete].map(FaultRun.init)

    var testDescription: String { "\(operation.rawValue), seed \(seed)" }
}
