/// Cuts bytes that arrive in pieces into lines.
struct LineSplitter {
    private static let newline = UInt8(ascii: "\n")

    private var rest: [UInt8] = []

    /// Hands on each line that is whole now, without its end; what follows the last one waits for more.
    mutating func take(
        _ bytes: [UInt8], _ body: (ArraySlice<UInt8>) throws(CommandFailure) -> Void
    ) throws(CommandFailure) {
        rest += bytes
        var start = 0
        // What was there before has no end of a line in it.
        var index = rest.count - bytes.count
        while index < rest.count {
            defer { index += 1 }
            guard rest[index] == Self.newline else { continue }
            if index > start { try body(rest[start..<index]) }
            start = index + 1
        }
        rest.removeFirst(start)
    }
}
