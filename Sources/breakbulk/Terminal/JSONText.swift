import Formats

/// A JSON value as a line of text, for `--json`.
enum JSONText {
    static func line(_ value: JSONValue) -> String {
        var writer = JSONWriter()
        writer.value(value)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
