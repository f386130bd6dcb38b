/// Parameters as libpq takes them: all values in one buffer, each with its start, length and format.
struct BoundParameters {
    private(set) var buffer: [UInt8] = []
    /// Where each begins in `buffer`; nil for NULL.
    private(set) var starts: [Int?] = []
    private(set) var lengths: [Int32] = []
    /// 0 is text, 1 is binary ("PQexecParams").
    private(set) var formats: [Int32] = []

    /// Throws when a text holds NUL, which no text of PostgreSQL can: libpq would cut it there.
    init(_ parameters: [Parameter]) throws(ServerFailure) {
        for parameter in parameters { try append(parameter) }
    }

    private mutating func append(_ parameter: Parameter) throws(ServerFailure) {
        let start = buffer.count
        switch parameter {
        case .null: break
        case .text(let text): try appendText(text.utf8)
        case .integer(let number): buffer.append(contentsOf: String(number).utf8)
        case .flag(let flag): buffer.append(UInt8(ascii: flag ? "t" : "f"))
        case .bytes(let bytes): buffer.append(contentsOf: bytes)
        case .integers(let numbers):
            appendArray(numbers) { buffer, number in buffer.append(contentsOf: String(number).utf8) }
        case .texts(let texts):
            appendArray(texts, Self.appendQuoted)
            if buffer[start...].contains(0) { throw Self.holdsNUL }
        }
        if case .null = parameter { starts.append(nil) } else { starts.append(start) }
        lengths.append(Int32(buffer.count - start))
        if case .bytes = parameter { formats.append(1) } else { formats.append(0) }
        buffer.append(0)
    }

    private mutating func appendText(_ text: String.UTF8View) throws(ServerFailure) {
        let start = buffer.count
        buffer.append(contentsOf: text)
        if buffer[start...].contains(0) { throw Self.holdsNUL }
    }

    /// `{a,b}` ("Array Input and Output Syntax").
    private mutating func appendArray<Element>(
        _ elements: [Element], _ appendElement: (inout [UInt8], Element) -> Void
    ) {
        buffer.append(UInt8(ascii: "{"))
        for (index, element) in elements.enumerated() {
            if index > 0 { buffer.append(UInt8(ascii: ",")) }
            appendElement(&buffer, element)
        }
        buffer.append(UInt8(ascii: "}"))
    }

    private static func appendQuoted(_ buffer: inout [UInt8], _ text: String) {
        buffer.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { buffer.append(UInt8(ascii: "\\")) }
            buffer.append(byte)
        }
        buffer.append(UInt8(ascii: "\""))
    }

    /// As the server says it of such a text that reaches it by another way.
    private static let holdsNUL = ServerFailure(
        state: "22021", message: "invalid byte sequence for encoding \"UTF8\": 0x00")
}
