import BulkModel

/// Why a command ends early: what to tell the user and with which exit code.
struct CommandFailure: Error, Hashable, Sendable {
    let status: CommandExit
    /// The code of the catalogue, when the server or engine refused.
    let code: String?
    /// Says what is wrong and what to do.
    let message: String
    /// Further lines, one a faulty field or place.
    let details: [String]

    init(_ status: CommandExit, code: String? = nil, _ message: String, details: [String] = []) {
        self.status = status
        self.code = code
        self.message = message
        self.details = details
    }

    /// A refusal of the engine in this process.
    init(_ refusal: Refusal) {
        let details = refusal.details.map { detail in
            detail.field.map { "\($0): \(detail.message)" } ?? detail.message
        }
        self.init(.refused, code: refusal.code.rawValue, refusal.message, details: details)
    }

    /// What is printed on standard error.
    var text: String {
        let head = code.map { "breakbulk: \($0): \(message)" } ?? "breakbulk: \(message)"
        // A refusal of one thing says it in its message and again as its only detail.
        return ([head] + details.filter { $0 != message }.map { "  \($0)" }).joined(separator: "\n")
    }
}
