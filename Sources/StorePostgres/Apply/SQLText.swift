/// Names and texts as SQL writes them ("Lexical Structure", 4.1).
enum SQLText {
    /// A column name, whatever characters it has.
    static func quoted(_ name: String) -> String { "\"" + doubled(name, "\"") + "\"" }

    /// A text literal; backslashes are plain under `standard_conforming_strings`.
    static func literal(_ text: String) -> String { "'" + doubled(text, "'") + "'" }

    private static func doubled(_ text: String, _ mark: Character) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            result.unicodeScalars.append(scalar)
            if Character(scalar) == mark { result.append(mark) }
        }
        return result
    }
}
