import BulkModel

/// The faults of CSV records, in words; off the hot path.
enum CSVFaults {
    static func width(_ cellCount: Int, columns: [String], at position: Position) -> Fault {
        let cells = counted(cellCount, "cell")
        let has = "The record has \(cells), the header \(counted(columns.count, "column"))"
        if cellCount > columns.count {
            return Fault(
                .malformedRecord, issue: "too_many_columns", at: position,
                message: "\(has); remove the rest, or quote cells that hold the delimiter.")
        }
        let missing = columns[cellCount]
        return Fault(
            .malformedRecord, issue: "missing_columns", at: position, column: missing,
            message: "\(has); \(place(cellCount, columns)) and what follows is missing.")
    }

    static func quotes(isUnclosed: Bool, cell: Int, columns: [String], at position: Position) -> Fault {
        let column = cell < columns.count ? columns[cell] : nil
        let place = place(cell, columns)
        if isUnclosed {
            return Fault(
                .malformedRecord, issue: "unclosed_quote", at: position, column: column,
                message: "The quote that opens \(place) is never closed properly; close it.")
        }
        return Fault(
            .malformedRecord, issue: "stray_quote", at: position, column: column,
            message: "A quote is misplaced in \(place); quote the whole cell and double the quotes inside.")
    }

    static func byte(isNUL: Bool, cell: Int, columns: [String], at position: Position) -> Fault {
        let column = cell < columns.count ? columns[cell] : nil
        let place = place(cell, columns)
        if isNUL {
            return Fault(
                .malformedRecord, issue: "nul_byte", at: position, column: column,
                message: "There is a NUL byte in \(place); remove it.")
        }
        return Fault(
            .malformedRecord, issue: "invalid_utf8", at: position, column: column,
            message: "The bytes in \(place) are not valid UTF-8; save the file as UTF-8.")
    }

    /// `column 3 ("name")`.
    private static func place(_ cell: Int, _ columns: [String]) -> String {
        cell < columns.count ? "column \(cell + 1) (\"\(columns[cell])\")" : "column \(cell + 1)"
    }

    private static func counted(_ count: Int, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }
}
