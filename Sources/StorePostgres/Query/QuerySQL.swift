/// Names and values written into SQL.
enum QuerySQL {
    /// A name in quotes ("Identifiers and Key Words", 4.1.1).
    static func identifier(_ name: String) -> String { quoted(name, by: "\"") }

    /// A text in quotes; sessions have `standard_conforming_strings` on, so a backslash stands for itself.
    static func literal(_ text: String) -> String { quoted(text, by: "'") }

    private static func quoted(_ text: String, by mark: Character) -> String {
        var result = String(mark)
        for character in Parameter.storableText(text).unicodeScalars {
            if Character(character) == mark { result.append(mark) }
            result.unicodeScalars.append(character)
        }
        result.append(mark)
        return result
    }
}
