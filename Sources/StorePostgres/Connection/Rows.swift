import CLibPQ

/// The rows of a result, in memory.
///
/// Boundary to libpq: owns one `PGresult` and frees it. `@unchecked Sendable`: "PGresult objects are normally
/// read-only after creation, and so can be passed around freely between threads" ("Behavior in Threaded
/// Programs").
final class Rows: @unchecked Sendable {
    private let result: OpaquePointer

    /// Takes over the result.
    init(_ result: OpaquePointer) { self.result = result }

    deinit { PQclear(result) }

    var count: Int { Int(PQntuples(result)) }

    /// Rows that an INSERT, UPDATE, DELETE or COPY touched.
    var affectedCount: Int { Int(String(cString: PQcmdTuples(result))) ?? 0 }

    /// What was done, by its first words (`COMMIT`, `ROLLBACK`, `COPY 5`).
    var command: String { String(cString: PQcmdStatus(result)) }

    var columnNames: [String] {
        (0..<PQnfields(result)).map { index in PQfname(result, index).map { String(cString: $0) } ?? "" }
    }

    /// Nil for NULL.
    func text(_ row: Int, _ column: Int) -> String? {
        value(row, column).map { String(decoding: $0, as: UTF8.self) }
    }

    func isNull(_ row: Int, _ column: Int) -> Bool { PQgetisnull(result, Int32(row), Int32(column)) != 0 }

    /// Adds the value's text to a buffer, nothing for NULL.
    func append(_ row: Int, _ column: Int, to bytes: inout [UInt8]) {
        if let text = value(row, column) { bytes.append(contentsOf: text) }
    }

    /// Nil for NULL (and for what is no whole number).
    func integer(_ row: Int, _ column: Int) -> Int? {
        guard let digits = value(row, column), let first = digits.first else { return nil }
        let isNegative = first == UInt8(ascii: "-")
        var number = 0
        for byte in digits.dropFirst(isNegative ? 1 : 0) {
            let digit = Int(byte) - 48
            guard 0...9 ~= digit else { return nil }
            let (tenfold, isOver) = number.multipliedReportingOverflow(by: 10)
            // Counted below zero, where there is one number more.
            let (next, isUnder) = tenfold.subtractingReportingOverflow(digit)
            if isOver || isUnder { return nil }
            number = next
        }
        if isNegative { return digits.count > 1 ? number : nil }
        return number == .min ? nil : -number
    }

    /// False for NULL.
    func flag(_ row: Int, _ column: Int) -> Bool { value(row, column)?.first == UInt8(ascii: "t") }

    /// bytea; empty for NULL.
    func bytes(_ row: Int, _ column: Int) -> [UInt8] {
        guard let text = value(row, column) else { return [] }
        var count = 0
        guard let bytes = PQunescapeBytea(text.baseAddress, &count) else { return [] }
        defer { PQfreemem(bytes) }
        return Array(UnsafeBufferPointer(start: bytes, count: count))
    }

    /// The value's text as libpq holds it, good while `self` is; nil for NULL.
    private func value(_ row: Int, _ column: Int) -> UnsafeBufferPointer<UInt8>? {
        let (row, column) = (Int32(row), Int32(column))
        guard PQgetisnull(result, row, column) == 0, let start = PQgetvalue(result, row, column) else {
            return nil
        }
        let count = Int(PQgetlength(result, row, column))
        return start.withMemoryRebound(to: UInt8.self, capacity: count) {
            UnsafeBufferPointer(start: $0, count: count)
        }
    }
}
