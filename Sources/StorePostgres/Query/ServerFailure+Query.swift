import Engine

extension ServerFailure {
    /// For the caller whose statement it was; `position` counts characters of the caller's text from 1.
    func queryError(hint: String? = nil, position: String? = nil) -> StoreError {
        if message.contains(RowMeasure.mark) {
            return StoreError(
                .queryLimit, "a row of the result is longer than \(RowMeasure.rowBytesMax) bytes; shorten it")
        }
        switch state {
        case "57014":
            return StoreError(.queryLimit, "the query ran past its time limit, or was stopped; narrow it")
        // Out of memory, temporary files over their limit.
        case "53200", "53400": return StoreError(.queryLimit, "\(message); narrow the query")
        // `palloc` refuses more than a gigabyte with an internal error.
        case "XX000" where message.contains("alloc"): return Self.tooLong
        case "42601" where message.contains("multiple commands"):
            return StoreError(.queryRefused, "only one statement is taken; remove what follows the first")
        default: break
        }
        switch state.prefix(2) {
        case "54": return StoreError(.queryLimit, message)
        case "08", "40", "53", "55", "57", "58", "XX", "F0": return storeError
        default: return StoreError(.queryRefused, text(hint, position))
        }
    }

    private static let tooLong = StoreError(
        .queryLimit, "the query makes a value that is too long; shorten it")

    private func text(_ hint: String?, _ position: String?) -> String {
        let place = position.map { " (at character \($0))" } ?? ""
        return message + place + (hint.map { "; \($0)" } ?? "")
    }
}
