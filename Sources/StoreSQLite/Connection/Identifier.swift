/// Names and texts as SQL writes them; the only place where either is quoted.
enum Identifier {
    /// A table or column name, whatever characters it has.
    static func quoted(_ name: String) -> String { "\"" + doubled(name, "\"") + "\"" }

    /// A text literal, for the few places that take no parameter (views).
    static func literal(_ text: String) -> String { "'" + doubled(text, "'") + "'" }

    /// As SQLite compares names: without regard to the case of ASCII letters, and of no others.
    static func folded(_ name: String) -> String {
        String(decoding: name.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    private static func doubled(_ text: String, _ mark: Character) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            result.unicodeScalars.append(scalar)
            if Character(scalar) == mark { result.append(mark) }
        }
        return result
    }
}
