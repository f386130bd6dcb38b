/// The place in a COPY that the context of an error names: `COPY t, line 5, column x: "…"`.
struct CopyContext {
    /// From 1.
    let line: Int
    let column: String?

    /// Nil when the context is of no COPY. A value that it quotes may hold anything, line breaks too: it
    /// comes last, so the first place found is the server's own.
    init?(_ context: String) {
        let lines = context.split(separator: "\n")
        guard let text = lines.first(where: { $0.hasPrefix("COPY ") }),
            let mark = text.firstRange(of: ", line ")
        else { return nil }
        let rest = text[mark.upperBound...]
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        guard let line = Int(digits) else { return nil }
        self.line = line
        column = Self.column(in: rest[digits.endIndex...])
    }

    private static func column(in text: Substring) -> String? {
        let mark = ", column "
        guard text.hasPrefix(mark) else { return nil }
        let name = text.dropFirst(mark.count)
        let end = name.firstRange(of: ": \"") ?? name.firstRange(of: ": null input")
        return String(name[..<(end?.lowerBound ?? name.endIndex)])
    }
}
