/// A text that stands for a value of an earlier operation's record: `$op1.id`.
struct BatchReference: Hashable {
    /// Place of the operation in the batch.
    var operation: Int
    var column: String

    /// Longer texts are themselves: no reference that can be meant has an id and a column of so many bytes.
    private static let textBytesMax = 1024
    private static let dollar = UInt8(ascii: "$")

    /// What a text is.
    enum Reading: Hashable {
        /// The text itself, or, where more than one `$` stands before what would be a reference, all but the first of them.
        case text(String)
        case reference(BatchReference)
        /// It looks like a reference, and there is no such operation.
        case unknown(String)
    }

    /// `places`: operations by id. The longest id that fits is meant, since ids may have points in them.
    static func read(_ text: String, _ places: [String: Int]) -> Reading {
        let bytes = text.utf8
        guard bytes.first == dollar, bytes.count <= textBytesMax else { return .text(text) }
        let inner = Substring(bytes.drop(while: { $0 == dollar }))
        guard let reading = named(inner, places) else { return .text(text) }
        return bytes.count == inner.utf8.count + 1 ? reading : .text(String(text.dropFirst()))
    }

    /// What one `$` and this make; nil for a text. Only points that an id may end at are looked at, since each of them costs
    /// a look for the id before it.
    private static func named(_ inner: Substring, _ places: [String: Int]) -> Reading? {
        var id = inner.utf8.prefix(BatchOperation.idBytesMax + 1)
        while let point = id.lastIndex(of: UInt8(ascii: ".")) {
            id = id[..<point]
            let column = inner.utf8[point...].dropFirst()
            if let place = places[String(Substring(id))], !column.isEmpty {
                return .reference(BatchReference(operation: place, column: String(Substring(column))))
            }
        }
        return looksLikeOne(inner) ? .unknown(String(inner)) : nil
    }

    /// Two names with a point between; `$5.00` is an amount.
    private static func looksLikeOne(_ text: Substring) -> Bool {
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
