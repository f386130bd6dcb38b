import BulkModel

/// How callers name what CSV leaves open.
enum CSVChoices {
    /// The sign itself or its name.
    static let delimiters: KeyValuePairs<String, UInt8> = [
        "COMMA": UInt8(ascii: ","), "SEMICOLON": UInt8(ascii: ";"), "TAB": UInt8(ascii: "\t"),
        "PIPE": UInt8(ascii: "|"), "CARET": UInt8(ascii: "^"), "BACKQUOTE": UInt8(ascii: "`"),
        ",": UInt8(ascii: ","), ";": UInt8(ascii: ";"), "\t": UInt8(ascii: "\t"), "|": UInt8(ascii: "|"),
        "^": UInt8(ascii: "^"), "`": UInt8(ascii: "`"),
    ]
    static let emptyMeanings: KeyValuePairs<String, EmptyMeaning> = [
        "absent": .absent, "null": .null, "text": .text,
    ]
}
