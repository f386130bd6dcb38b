import BulkModel
import Engine

/// How the job tables keep what a database has no plain type for.
extension Parameter {
    /// A text of unknown origin. PostgreSQL keeps no U+0000 ("Character Types", 8.3), so its picture stands
    /// in for it.
    static func storable(_ text: String) -> Parameter { .text(storableText(text)) }

    static func storableText(_ text: String) -> String {
        guard text.utf8.contains(0) else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value == 0 ? "\u{2400}" : $0 }))
    }

    static func optional(_ text: String?) -> Parameter { text.map(storable) ?? .null }

    static func optional(_ integer: Int?) -> Parameter { integer.map { .integer($0) } ?? .null }

    static func optional(_ time: Timestamp?) -> Parameter { time.map(Parameter.time) ?? .null }

    /// Microseconds since 1970, which no session setting can shift.
    static func time(_ time: Timestamp) -> Parameter { .integer(Int(time.microseconds)) }

    /// Texts in one `bytea`; `RowReader.list` reads them.
    static func list(_ texts: [String]) -> Parameter {
        var encoder = ByteEncoder()
        encoder.texts(texts)
        return .bytes(encoder.bytes)
    }
}
