/// A line of a bulk-process answer, with every field that spec 000 prints anywhere.
struct OutcomeLine: Decodable, Hashable, Sendable {
    var type: String
    var operationId: String?
    var operation: String?
    var totalRecords: Int?
    var resumed: Bool?
    var remainingRecords: Int?
    @LooseText var recordId: String?
    /// Number (from 1) in the body that brought it.
    var record: Int?
    var updatedFields: [String]?
    var action: String?
    var timestamp: String?
    var error: String?
    var message: String?
    var retryable: Bool?
    var processed: Int?
    var successful: Int?
    var errors: Int?
    var cursor: String?
    var percentComplete: Double?
    var estimatedTimeRemaining: String?
    var processingRate: Double?
    var errorBreakdown: [String: Int]?
    var stoppedEarly: Bool?
    var duration: String?
    var dryRun: Bool?

    /// True for the lines that tell of one record.
    var isOutcome: Bool { recordId != nil || record != nil }
}
