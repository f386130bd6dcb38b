/// Texts that formats find hard.
enum Words {
    private static let hard = [
        "\"", "\"\"", ",", ";", "\t", "\n", "\r", "\r\n", "\\", " ", "\u{FEFF}", "\u{2028}", "\u{85}", "ü",
        "漢字",
        "👩‍👩‍👧", "e\u{301}", "#N/A", "NULL", "=1+1", "\u{1}", "a", "0", "long enough to cross a word or two",
    ]

    /// Up to six of them in a row, perhaps none.
    static func text(_ generator: inout SeededGenerator) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0...6, using: &generator) {
            text += hard.randomElement(using: &generator) ?? ""
        }
        return text
    }
}
