import Formats

/// The `summary` line of a bulk-process answer: counts of the whole operation, earlier streams included.
struct ProcessSummary: Hashable, Sendable {
    var processed: Int
    var successful: Int
    var failed: Int
    var failedByCode: [String: Int] = [:]
    /// It stopped before its end; the cursor lies before the record that stopped it.
    var isStoppedEarly: Bool

    init(_ line: JSONValue) {
        func count(_ name: String) -> Int { Int(line[name]?.integer ?? 0) }
        processed = count("processed")
        successful = count("successful")
        failed = count("errors")
        isStoppedEarly = line["stoppedEarly"]?.bool ?? false
        guard case .object(let members)? = line["errorBreakdown"] else { return }
        for member in members { failedByCode[member.name] = Int(member.value.integer ?? 0) }
    }
}
