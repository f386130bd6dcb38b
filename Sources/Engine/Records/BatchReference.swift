/// A text that stands for a value of an earlier operation's record: `$op1.id`.
struct BatchReference: Hashable {
    /// Place of the operation in the batch.
    var operation: Int
    var column: String

    /// What a text is.
    enum Reading: Hashable {
        /// The text itself, or, where one more `$` stands before a reference, what follows that.
        case text(String)
        case reference(BatchReference)
        /// It looks like a reference, and there is no such operation.
        case unknown(String)
    }

    /// `places`: operations by id. The longest id that fits is meant, since ids may have points in them.
    static func read(_ text: String, _ places: [String: Int]) -> Reading {
        guard text.utf8.first == UInt8(ascii: "$") else { return .text(text) }
        let inner = String(text.dropFirst())
        if inner.utf8.first == UInt8(ascii: "$") {
            guard case .text = read(inner, places) else { return .text(inner) }
            return .text(text)
        }
        var end = inner.endIndex
        while let point = inner[..<end].lastIndex(of: ".") {
            let column = inner[inner.index(after: point)...]
            if let place = places[String(inner[..<point])], !column.isEmpty {
                return .reference(BatchReference(operation: place, column: String(column)))
            }
            end = point
        }
        return looksLikeOne(inner) ? .unknown(inner) : .text(text)
    }

    /// Two names with a point between; `$5.00` is an amount.
    private static func looksLikeOne(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy(isName)
    }

    private static func isName(_ text: Substring) -> Bool {
        guard let first = text.unicodeScalars.first, isLetter(first) else { return false }
        return text.unicodeScalars.allSatisfy { isLetter($0) || "0"..."9" ~= $0 || $0 == "-" }
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        "a"..."z" ~= scalar || "A"..."Z" ~= scalar || scalar == "_"
    }
}
