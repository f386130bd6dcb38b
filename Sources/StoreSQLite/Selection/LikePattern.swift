import Planning

/// LIKE patterns as GLOB ones: SQLite's LIKE takes `a` and `A` for the same, GLOB does not.
enum LikePattern {
    /// `%` is any text, `_` one character, all else itself; there is no escape character, as in standard SQL.
    static func glob(_ pattern: ConditionValue) -> ConditionValue {
        guard case .text(let text) = pattern else { return pattern }
        var glob = ""
        for character in text.unicodeScalars {
            switch character {
            case "%": glob += "*"
            case "_": glob += "?"
            // What means something to GLOB only means itself as a set of one.
            case "*", "?", "[": glob += "[\(character)]"
            default: glob.unicodeScalars.append(character)
            }
        }
        return .text(glob)
    }
}
