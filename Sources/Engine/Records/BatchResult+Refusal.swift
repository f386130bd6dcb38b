package import BulkModel

extension BatchResult {
    /// Why the operation is not done, in words; nil when it is.
    package var refusal: Refusal? {
        switch self {
        case .done, .read, .listed: nil
        case .failed(let refusal): refusal
        case .notAttempted:
            Refusal(
                .notAttempted, "Not tried, because an operation before it, or one it depends on, failed.")
        case .rolledBack:
            Refusal(.rolledBack, "Undone, because another operation of the same atomic batch failed.")
        case .timedOut:
            Refusal(.timeout, "The batch's time was over before this operation's turn.")
        }
    }
}
