package import BulkModel
package import Formats

/// Writes rows as JSON objects, in the columns' order.
package struct RowRenderer {
    private let rows: RowSet
    /// `"name":` of each column, with the comma before it.
    private let labels: [[UInt8]]

    package init(_ rows: RowSet) {
        self.rows = rows
        labels = rows.columns.enumerated().map { index, column in
            var writer = JSONWriter()
            writer.string(column.name)
            return (index == 0 ? [] : [UInt8(ascii: ",")]) + writer.bytes + [UInt8(ascii: ":")]
        }
    }

    /// The row (from 0) as an object.
    package func object(_ row: Int) -> [UInt8] {
        var writer = JSONWriter()
        writer.literal("{")
        for column in rows.columns.indices {
            writer.bytes += labels[column]
            write(row, column, to: &writer)
        }
        writer.literal("}")
        return writer.bytes
    }

    /// The row's value of the column, by any spelling of its name; nil when there is no such column.
    package func value(_ row: Int, named name: String, limits: Limits) -> JSONValue? {
        let exact = rows.columns.firstIndex { $0.name == name }
        guard
            let column = exact
                ?? rows.columns.firstIndex(where: { $0.name.lowercased() == name.lowercased() })
        else { return nil }
        return value(row, column, limits: limits)
    }

    /// The row's value of the column (from 0).
    package func value(_ row: Int, _ column: Int, limits: Limits) -> JSONValue {
        var writer = JSONWriter()
        write(row, column, to: &writer)
        let bytes = writer.bytes
        do throws(FormatError) {
            return try JSONParser.parse(bytes, limits: limits)
        } catch {
            // JSON that the database took and we would not: its text is the value.
            return .string(String(decoding: bytes, as: UTF8.self))
        }
    }

    private func write(_ row: Int, _ column: Int, to writer: inout JSONWriter) {
        let type = rows.columns[column].type
        switch rows.values[row * rows.columns.count + column] {
        case .absent, .null: writer.literal("null")
        case .integer(let number):
            if case .boolean = type {
                writer.value(.bool(number != 0))
            } else {
                writer.number(number)
            }
        case .real(let number): writer.number(number)
        case .text(let start, let length):
            write(Array(rows.bytes[Int(start)..<Int(start) + Int(length)]), type, to: &writer)
        case .blob(let start, let length):
            let bytes = rows.bytes[Int(start)..<Int(start) + Int(length)]
            writer.literal("\"")
            writer.bytes += BlobText.base64(bytes)
            writer.literal("\"")
        }
    }

    private func write(_ text: [UInt8], _ type: ValueType, to writer: inout JSONWriter) {
        switch type {
        case .json where JSONText.isValid(text.span): writer.bytes += text
        case .integer where isNumber(text), .real where isNumber(text), .decimal where isNumber(text):
            writer.bytes += text
        case .timestamp:
            writer.string(String(decoding: TimeText.rfc3339(text) ?? text, as: UTF8.self))
        default: writer.string(String(decoding: text, as: UTF8.self))
        }
    }

    /// True for numbers as JSON writes them, digit for digit.
    private func isNumber(_ text: [UInt8]) -> Bool {
        guard let first = text.first, let last = text.last else { return false }
        let isDigit = { (byte: UInt8) in UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
        return (first == UInt8(ascii: "-") || isDigit(first)) && isDigit(last) && JSONText.isValid(text.span)
    }
}
