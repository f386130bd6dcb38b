import Dialects

/// Gives every request a name that the caller, the answer and the log share.
struct RequestIDs: Sendable {
    private static let lengthMax = 128

    /// The caller's own `X-Request-Id` when it is 1 to 128 harmless characters, else a new one.
    func id(_ headers: HeaderFields) -> String {
        guard let given = headers["x-request-id"], (1...Self.lengthMax).contains(given.utf8.count),
            given.utf8.allSatisfy(Self.isHarmless)
        else { return make() }
        return given
    }

    /// 16 random bytes as hexadecimal digits; only a name, so the system's generator is enough.
    func make() -> String {
        (0..<2).map { _ in
            let digits = String(UInt64.random(in: 0 ... .max), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// Letters, digits and `-_.:/+=`: nothing that could break a log line.
    private static func isHarmless(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-_.:/+=".utf8.contains(byte)
        }
    }
}
