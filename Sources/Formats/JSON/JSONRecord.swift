/// Reads one record, a JSON object, into a row of fields.
///
/// Unsafe: `row` is the batch's row, with a field for each of the keys.
struct JSONRecord {
    var cursor: JSONCursor
    let row: UnsafeMutablePointer<Field>
    let keys: JSONKeys
    /// Containers that may be open at once, the record itself among them.
    let depthMax: Int
    /// The column that the next key is likely to name: keys mostly come in the table's order.
    private var nextColumn = 0
    /// The column whose value is being read.
    private(set) var column: Int?
    /// The first key that names no column.
    private(set) var unknownKey: JSONCursor.Span?

    init(cursor: JSONCursor, row: UnsafeMutablePointer<Field>, keys: JSONKeys, depthMax: Int) {
        self.cursor = cursor
        self.row = row
        self.keys = keys
        self.depthMax = depthMax
    }

    /// Reads the whole record; nothing but white space may follow it.
    mutating func read() throws(JSONSyntaxError) {
        cursor.skipSpace()
        guard cursor.peek == ASCII.openBrace else { throw notAnObject() }
        cursor.offset += 1
        cursor.skipSpace()
        if cursor.peek == ASCII.closeBrace {
            cursor.offset += 1
        } else {
            try readMembers()
        }
        cursor.skipSpace()
        guard cursor.offset == cursor.end else { throw cursor.unexpected() }
    }

    /// Tells a valid value that is no object from what is no JSON at all.
    private func notAnObject() -> JSONSyntaxError {
        var probe = cursor
        do throws(JSONSyntaxError) {
            try probe.skipValue(depth: depthMax)
            probe.skipSpace()
            guard probe.offset == probe.end else { return probe.unexpected() }
            return JSONSyntaxError(.notAnObject, at: cursor.offset)
        } catch {
            return error
        }
    }

    private mutating func readMembers() throws(JSONSyntaxError) {
        while true {
            column = nil
            guard cursor.peek == ASCII.quote else { throw cursor.unexpected() }
            let keyOffset = cursor.offset
            let key = try cursor.string()
            cursor.skipSpace()
            try cursor.expect(ASCII.colon)
            cursor.skipSpace()
            try readValue(of: key, at: keyOffset)
            cursor.skipSpace()
            if cursor.peek == ASCII.closeBrace { break }
            try cursor.expect(ASCII.comma)
            cursor.skipSpace()
        }
        cursor.offset += 1
        column = nil
    }

    @inline(__always)
    private mutating func readValue(of key: JSONCursor.Span, at keyOffset: Int) throws(JSONSyntaxError) {
        guard let index = keys.index(of: cursor.base + key.start, key.count, guess: nextColumn) else {
            // Names with a leading underscore are the results' own columns, in a file that is sent again.
            let isIgnored = key.count > 0 && cursor.base[key.start] == UInt8(ascii: "_")
            if !isIgnored, unknownKey == nil { unknownKey = key }
            try cursor.skipValue(depth: depthMax - 1)
            return
        }
        nextColumn = index + 1
        column = index
        guard row[index].kind == .absent else { throw JSONSyntaxError(.duplicateKey, at: keyOffset) }
        row[index] = try value()
    }

    @inline(__always)
    private mutating func value() throws(JSONSyntaxError) -> Field {
        let start = cursor.offset
        let kind: FieldKind
        switch cursor.peek {
        case ASCII.quote:
            let text = try cursor.string()
            return Field(
                start: UInt32(truncatingIfNeeded: text.start),
                length: UInt32(truncatingIfNeeded: text.count), kind: .string)
        case ASCII.openBrace, ASCII.openBracket:
            try cursor.skipValue(depth: depthMax - 1)
            kind = .raw
        case UInt8(ascii: "-"), ASCII.zero...ASCII.nine:
            try cursor.number()
            kind = .number
        default: kind = try cursor.word()
        }
        return Field(
            start: UInt32(truncatingIfNeeded: start),
            length: UInt32(truncatingIfNeeded: cursor.offset - start), kind: kind)
    }
}
