/// Finds CHECK constraints in a CREATE TABLE statement: for messages and `doctor`, so text is good enough.
enum CheckText {
    /// The texts between the parentheses of each `CHECK (…)`.
    static func checks(in sql: String) -> [String] {
        var scanner = Scanner(bytes: Array(sql.utf8))
        return scanner.checks()
    }

    private struct Scanner {
        let bytes: [UInt8]
        var next = 0

        mutating func checks() -> [String] {
            var found: [String] = []
            while next < bytes.count {
                guard isWordStart else {
                    skipOne()
                    continue
                }
                let word = self.word()
                guard word == "check", let text = parenthesised() else { continue }
                found.append(text)
            }
            return found
        }

        /// A quoted name, text or comment as a whole, or else one byte.
        private mutating func skipOne() {
            let byte = bytes[next]
            let following = next + 1 < bytes.count ? bytes[next + 1] : 0
            switch byte {
            case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"): skip(to: [byte])
            case UInt8(ascii: "["): skip(to: [UInt8(ascii: "]")])
            case UInt8(ascii: "-") where following == byte: skip(to: [UInt8(ascii: "\n")])
            case UInt8(ascii: "/") where following == UInt8(ascii: "*"): skip(to: Array("*/".utf8))
            default: next += 1
            }
        }

        /// A doubled quote ends one text and begins the next, which comes to the same.
        private mutating func skip(to end: [UInt8]) {
            next += end.count
            while next < bytes.count, !bytes[next...].starts(with: end) { next += 1 }
            next = min(bytes.count, next + end.count)
        }

        private mutating func parenthesised() -> String? {
            while next < bytes.count, bytes[next] <= 0x20 { next += 1 }
            guard next < bytes.count, bytes[next] == UInt8(ascii: "(") else { return nil }
            let start = next + 1
            var depth = 0
            while next < bytes.count {
                if bytes[next] == UInt8(ascii: "(") { depth += 1 }
                if bytes[next] == UInt8(ascii: ")") { depth -= 1 }
                if depth == 0 { return String(decoding: bytes[start..<next], as: UTF8.self) }
                skipOne()
            }
            return nil
        }

        private var isWordStart: Bool { Self.isWord(bytes[next]) }

        private mutating func word() -> String {
            let start = next
            while next < bytes.count, Self.isWord(bytes[next]) { next += 1 }
            return String(decoding: bytes[start..<next], as: UTF8.self).lowercased()
        }

        private static func isWord(_ byte: UInt8) -> Bool {
            byte >= 0x80 || byte == UInt8(ascii: "_") || (0x30...0x39).contains(byte)
                || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        }
    }
}
