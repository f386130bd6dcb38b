/// Builds `JSONValue` trees; recursion is bounded by the depth given.
struct JSONTreeReader {
    var cursor: JSONCursor

    /// The one value of the whole text.
    mutating func document(depth: Int) throws(JSONSyntaxError) -> JSONValue {
        cursor.skipSpace()
        let value = try value(depth: depth)
        cursor.skipSpace()
        guard cursor.offset == cursor.end else { throw cursor.unexpected() }
        return value
    }

    private mutating func value(depth: Int) throws(JSONSyntaxError) -> JSONValue {
        switch cursor.peek {
        case ASCII.quote: return .string(try text())
        case ASCII.openBrace: return try object(depth: depth)
        case ASCII.openBracket: return try array(depth: depth)
        case UInt8(ascii: "-"), ASCII.zero...ASCII.nine: return try number()
        default:
            switch try cursor.word() {
            case .true: return .bool(true)
            case .false: return .bool(false)
            default: return .null
            }
        }
    }

    private mutating func text() throws(JSONSyntaxError) -> String {
        let span = try cursor.string()
        return decoded(span.start, span.count)
    }

    private mutating func number() throws(JSONSyntaxError) -> JSONValue {
        let start = cursor.offset
        let isInteger = try cursor.number()
        let digits = decoded(start, cursor.offset - start)
        // `-0` is no integer: its sign would be lost.
        if isInteger, digits != "-0", let number = Int64(digits) { return .integer(number) }
        return .number(digits)
    }

    private mutating func array(depth: Int) throws(JSONSyntaxError) -> JSONValue {
        try open(depth: depth)
        var values: [JSONValue] = []
        if isEmpty(ASCII.closeBracket) { return .array([]) }
        repeat {
            cursor.skipSpace()
            values.append(try value(depth: depth - 1))
        } while try hasMore(ASCII.closeBracket)
        return .array(values)
    }

    private mutating func object(depth: Int) throws(JSONSyntaxError) -> JSONValue {
        try open(depth: depth)
        var members: [JSONValue.Member] = []
        var names: Set<String> = []
        if isEmpty(ASCII.closeBrace) { return .object([]) }
        repeat {
            cursor.skipSpace()
            let keyOffset = cursor.offset
            guard cursor.peek == ASCII.quote else { throw cursor.unexpected() }
            let name = try text()
            guard names.insert(name).inserted else { throw JSONSyntaxError(.duplicateKey, at: keyOffset) }
            cursor.skipSpace()
            try cursor.expect(ASCII.colon)
            cursor.skipSpace()
            members.append(JSONValue.Member(name, try value(depth: depth - 1)))
        } while try hasMore(ASCII.closeBrace)
        return .object(members)
    }

    private mutating func open(depth: Int) throws(JSONSyntaxError) {
        guard depth > 0 else { throw JSONSyntaxError(.tooDeep, at: cursor.offset) }
        cursor.offset += 1
        cursor.skipSpace()
    }

    private mutating func isEmpty(_ close: UInt8) -> Bool {
        guard cursor.peek == close else { return false }
        cursor.offset += 1
        return true
    }

    /// Reads the comma (true) or the closing bracket (false) after a value.
    private mutating func hasMore(_ close: UInt8) throws(JSONSyntaxError) -> Bool {
        cursor.skipSpace()
        if cursor.peek == close {
            cursor.offset += 1
            return false
        }
        try cursor.expect(ASCII.comma)
        return true
    }

    private func decoded(_ start: Int, _ count: Int) -> String {
        String(decoding: UnsafeBufferPointer(start: cursor.base + start, count: count), as: UTF8.self)
    }
}
