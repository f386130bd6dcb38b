import Foundation

/// Makes lines of an answer's bytes as they come; what follows the last line end waits for more.
struct OutcomeReader {
    private var rest: [UInt8] = []

    mutating func take(_ bytes: [UInt8]) throws -> [OutcomeLine] {
        rest += bytes
        guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
        let whole = rest[...end]
        rest = Array(rest[(end + 1)...])
        return try whole.split(separator: UInt8(ascii: "\n")).map {
            try JSONDecoder().decode(OutcomeLine.self, from: Data($0))
        }
    }
}
