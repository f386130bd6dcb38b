package import BulkModel

/// An operation that its caller reads while it runs.
package struct OutcomeStream: Sendable {
    /// The operation as it begins or goes on.
    package let job: Job
    /// Columns that a selection changes, as the caller named them.
    package let updatedFields: [String]
    /// Number (from 1) of the last record that the reader has already; 0 at the start.
    package let behind: Int
    /// Set for a stream that goes on with an operation.
    package let isResumed: Bool
    /// Records that this stream will tell of, as far as is known now; nil where records are still arriving.
    package let recordCount: Int?
    package let isDryRun: Bool
    private let body: @Sendable (_ deliver: @escaping Delivery) async throws -> Void

    /// Takes an event to the reader; returns once the reader has taken it, throws once the reader has gone.
    package typealias Delivery = @Sendable (StreamEvent) async throws -> Void

    package init(
        job: Job, updatedFields: [String] = [], behind: Int, isResumed: Bool, recordCount: Int?,
        isDryRun: Bool, body: @escaping @Sendable (_ deliver: @escaping Delivery) async throws -> Void
    ) {
        self.job = job
        self.updatedFields = updatedFields
        self.behind = behind
        self.isResumed = isResumed
        self.recordCount = recordCount
        self.isDryRun = isDryRun
        self.body = body
    }

    /// Runs the operation and tells what becomes of it; once at most. Each chunk commits before its outcomes are told, and
    /// the next one begins when they are taken. Throws a `Refusal` when it cannot go on (everything told so far stays
    /// true, and a cursor behind it resumes), what `deliver` threw, and `CancellationError` at a chunk's edge.
    package func run(_ deliver: @escaping Delivery) async throws {
        try await body(deliver)
    }
}
