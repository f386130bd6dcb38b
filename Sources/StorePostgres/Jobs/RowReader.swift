import BulkModel
import Engine

/// Reads the columns of one row from left to right.
struct RowReader {
    private let rows: Rows
    private let row: Int
    private var column = 0

    init(_ rows: Rows, _ row: Int) {
        self.rows = rows
        self.row = row
    }

    /// A raw value that this version knows; anything else means the row is damaged or newer.
    static func known<Value: RawRepresentable<String>>(_ text: String) throws(StoreError) -> Value {
        guard let value = Value(rawValue: text) else {
            throw StoreError(
                .unusable, "a job or key row holds a value that this version does not know: \(text)")
        }
        return value
    }

    mutating func optionalText() -> String? { rows.text(row, next()) }
    mutating func optionalInteger() -> Int? { rows.integer(row, next()) }
    mutating func text() -> String { optionalText() ?? "" }
    mutating func integer() -> Int { optionalInteger() ?? 0 }
    mutating func flag() -> Bool { rows.flag(row, next()) }
    mutating func bytes() -> [UInt8] { rows.bytes(row, next()) }
    mutating func time() -> Timestamp { Timestamp(microseconds: Int64(integer())) }
    mutating func optionalTime() -> Timestamp? {
        optionalInteger().map { Timestamp(microseconds: Int64($0)) }
    }

    mutating func known<Value: RawRepresentable<String>>() throws(StoreError) -> Value {
        try Self.known(text())
    }

    mutating func optionalKnown<Value: RawRepresentable<String>>() throws(StoreError) -> Value? {
        guard let text = optionalText() else { return nil }
        return try Self.known(text) as Value
    }

    /// Texts in one value, as `Parameter.list` stores them.
    mutating func list() throws(StoreError) -> [String] {
        var decoder = ByteDecoder(bytes())
        return try decoder.texts()
    }

    /// As `list`; nil for NULL. Even an empty list has bytes.
    mutating func optionalList() throws(StoreError) -> [String]? {
        let bytes = bytes()
        guard !bytes.isEmpty else { return nil }
        var decoder = ByteDecoder(bytes)
        return try decoder.texts()
    }

    mutating func skip(_ count: Int) { column += count }

    private mutating func next() -> Int {
        defer { column += 1 }
        return column
    }
}
