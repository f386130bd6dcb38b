import Formats

/// One thing that `doctor` looked at.
struct Finding: Hashable, Sendable {
    enum Level: String, Sendable {
        case good = "ok"
        /// Works, but somebody should know.
        case warning
        /// Does not work, or will not.
        case problem
    }

    let check: String
    let level: Level
    let message: String
    /// How to mend it; nil for good ones.
    let mend: String?

    static func good(_ check: String, _ message: String) -> Finding {
        Finding(check: check, level: .good, message: message, mend: nil)
    }

    static func warning(_ check: String, _ message: String, mend: String) -> Finding {
        Finding(check: check, level: .warning, message: message, mend: mend)
    }

    static func problem(_ check: String, _ message: String, mend: String) -> Finding {
        Finding(check: check, level: .problem, message: message, mend: mend)
    }

    /// One line, and a second one with the remedy.
    var lines: [String] {
        let name = level.rawValue + String(repeating: " ", count: 9 - level.rawValue.count)
        let head = "\(name)\(check): \(message)"
        return mend.map { [head, "         mend: \($0)"] } ?? [head]
    }

    var value: JSONValue {
        [
            "check": .string(check), "level": .string(level.rawValue), "message": .string(message),
            "mend": mend.map(JSONValue.string) ?? .null,
        ]
    }
}
