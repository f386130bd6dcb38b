import Formats
import GRDBSQLite
import Planning

/// Renders the current row of a statement, from SQLite's own memory into the page: no value is copied in
/// between.
///
/// CSV: NULL is an empty cell, an empty text `""`. JSON: one object a line. Blobs are `\x` and lower-case
/// hexadecimal, reals the shortest digits that read back the same, infinities JSON cannot hold are null. In JSON, columns
/// that are a table's are written by their declared type: truths as `true` and `false`, JSON as it is.
struct RowRenderer {
    private var csv = CSVWriter()
    private var json = JSONWriter()
    private let isCSV: Bool
    /// `{"name":` and `,"name":`, ready to be appended.
    private let prefixes: [[UInt8]]
    private let columnCount: CInt
    /// By column; nil for what is no table's.
    private let types: [ValueType?]

    init(columns: [String], types: [ValueType?], isCSV: Bool) {
        self.isCSV = isCSV
        self.types = types
        columnCount = CInt(columns.count)
        prefixes = isCSV ? [] : Self.prefixes(Self.distinct(columns))
    }

    var byteCount: Int { isCSV ? csv.bytes.count : json.bytes.count }

    /// The page so far; the next one starts empty.
    mutating func takeBytes() -> [UInt8] {
        let bytes = isCSV ? csv.bytes : json.bytes
        csv.bytes = []
        json.bytes = []
        reserve()
        return bytes
    }

    mutating func reserve() {
        if isCSV { csv.bytes.reserveCapacity(QueryReader.pageBytes * 9 / 8) }
        if !isCSV { json.bytes.reserveCapacity(QueryReader.pageBytes * 9 / 8) }
    }

    mutating func row(_ statement: OpaquePointer) {
        if isCSV { line(statement) } else { object(statement) }
    }

    private mutating func line(_ statement: OpaquePointer) {
        for column in 0..<columnCount {
            switch sqlite3_column_type(statement, column) {
            case SQLITE_NULL: csv.emptyCell()
            case SQLITE_INTEGER: csv.cell(sqlite3_column_int64(statement, column))
            case SQLITE_FLOAT: csv.cell("\(sqlite3_column_double(statement, column))")
            case SQLITE_BLOB: csv.cell(Self.hex(Self.blob(statement, column)))
            default:
                let text = Self.text(statement, column)
                csv.cell(text, quoted: text.isEmpty)
            }
        }
        csv.endLine()
    }

    private mutating func object(_ statement: OpaquePointer) {
        for column in 0..<columnCount {
            prefixes[Int(column)].withUnsafeBytes { json.raw($0) }
            switch sqlite3_column_type(statement, column) {
            case SQLITE_NULL: json.literal("null")
            case SQLITE_INTEGER: integer(sqlite3_column_int64(statement, column), types[Int(column)])
            case SQLITE_FLOAT: real(sqlite3_column_double(statement, column))
            case SQLITE_BLOB: json.string(Self.hex(Self.blob(statement, column)))
            default: string(Self.text(statement, column), types[Int(column)])
            }
        }
        json.literal("}\n")
    }

    private mutating func integer(_ number: Int64, _ type: ValueType?) {
        guard case .boolean = type, 0...1 ~= number else { return json.number(number) }
        json.literal(number == 1 ? "true" : "false")
    }

    private mutating func string(_ text: UnsafeRawBufferPointer, _ type: ValueType?) {
        let bytes = text.bindMemory(to: UInt8.self)
        // Another program may have written bytes there that are no text.
        guard case .json = type, JSONText.isValid(bytes.span), String(validating: bytes, as: UTF8.self) != nil
        else { return json.string(text) }
        // Line ends stand between values only, and a row has one line.
        let lineEnds = UInt8(ascii: "\n")...UInt8(ascii: "\r")
        guard text.contains(where: { lineEnds ~= $0 }) else { return json.raw(text) }
        let line = text.map { lineEnds ~= $0 ? UInt8(ascii: " ") : $0 }
        line.withUnsafeBytes { json.raw($0) }
    }

    private mutating func real(_ number: Double) {
        if number.isFinite { json.number(number) } else { json.literal("null") }
    }

    private static func text(_ statement: OpaquePointer, _ column: CInt) -> UnsafeRawBufferPointer {
        let start = UnsafeRawPointer(sqlite3_column_text(statement, column))
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column)))
    }

    private static func blob(_ statement: OpaquePointer, _ column: CInt) -> UnsafeRawBufferPointer {
        let start = sqlite3_column_blob(statement, column)
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column)))
    }

    private static func hex(_ bytes: UnsafeRawBufferPointer) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text = Array("\\x".utf8)
        text.reserveCapacity(2 + 2 * bytes.count)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// JSON objects cannot hold a name twice: the second `id` is `id_2`.
    static func distinct(_ names: [String]) -> [String] {
        var taken = Set(names)
        var seen: Set<String> = []
        return names.map { name in
            guard !seen.insert(name).inserted else { return name }
            var number = 2
            while taken.contains("\(name)_\(number)") { number += 1 }
            taken.insert("\(name)_\(number)")
            return "\(name)_\(number)"
        }
    }

    private static func prefixes(_ names: [String]) -> [[UInt8]] {
        names.enumerated().map { index, name in
            var writer = JSONWriter()
            writer.literal(index == 0 ? "{" : ",")
            writer.string(name)
            writer.literal(":")
            return writer.bytes
        }
    }
}
