/// What a table's records are called in messages: `orders` → `Order`.
package enum Noun {
    /// Plurals that are their own singular.
    private static let unchanged: Set<String> = ["news", "series", "species", "lens", "gas", "bus"]
    /// `-ies` words whose singular ends with `ie`.
    private static let endingWithIE: Set<String> = ["movies", "cookies", "ties", "pies", "zombies"]

    /// The singular of the name behind the last point, with a capital and spaces for underscores; a name that is no English
    /// plural stays as it is.
    package static func of(table: String) -> String {
        let last = table.split(separator: ".").last.map(String.init) ?? table
        let words = last.split(separator: "_").map(String.init)
        guard let plural = words.last else { return last }
        let name = (words.dropLast() + [singular(plural)]).joined(separator: " ")
        return name.prefix(1).uppercased() + name.dropFirst()
    }

    private static func singular(_ word: String) -> String {
        let folded = word.lowercased()
        guard folded.hasSuffix("s"), folded.count > 2, !unchanged.contains(folded) else { return word }
        if ["ss", "us", "is"].contains(where: folded.hasSuffix) { return word }
        if folded.hasSuffix("ies"), !endingWithIE.contains(folded) { return word.dropLast(3) + "y" }
        let isLong = ["sses", "shes", "ches", "xes", "tuses", "buses", "nuses", "puses", "zzes"]
            .contains(where: folded.hasSuffix)
        return String(word.dropLast(isLong ? 2 : 1))
    }
}
