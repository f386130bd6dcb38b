import BulkModel
import Engine

/// A query that runs: its rows, rendered into pages. Closing it ends the query.
///
/// `@unchecked Sendable`: everything mutable is touched on the query's own queue only (`QueryReader`).
final class QueryRun: @unchecked Sendable {
    /// A page ends with the row that reaches this size.
    static let pageBytes = 256 << 10

    let columns: [String]
    private let rowsMax: Int
    private let isCSV: Bool
    private let stop: QueryStop
    private let sandbox: QuerySandbox?
    /// Nil once it is over.
    private var copy: QueryCopy?
    private var bytes: [UInt8] = []
    private var rowCount = 0
    private var isAtEnd = false

    /// Sends the query; `sandbox` is removed with it, and when this throws.
    init(
        _ request: QueryRequest, sandbox: QuerySandbox?, stop: QueryStop,
        source: () throws(StoreError) -> QuerySource
    ) throws(StoreError) {
        do throws(StoreError) {
            let source = try source()
            columns = source.columns
            copy = try QueryCopy(source.copySQL, session: source.session, stop: stop)
        } catch {
            sandbox?.remove()
            throw error
        }
        rowsMax = request.rowsMax
        isCSV = request.format == .csv
        self.stop = stop
        self.sandbox = sandbox
    }

    /// The next page; nil after the last.
    func page() throws(StoreError) -> QueryPage? {
        do throws(StoreError) {
            let page = try fill()
            if isAtEnd { leave() }
            return page
        } catch {
            close()
            throw error
        }
    }

    /// Stops the server's work, leaves the session and removes the sandbox; no harm when it is over.
    func close() {
        guard copy != nil else { return }
        stop.stopServer()
        leave()
    }

    private func fill() throws(StoreError) -> QueryPage? {
        guard let copy else { return nil }
        try stop.check()
        bytes.reserveCapacity(Self.pageBytes * 9 / 8)
        var pageRows = 0
        while bytes.count < Self.pageBytes {
            guard try copy.withNext({ append($0) }) else {
                isAtEnd = true
                break
            }
            pageRows += 1
            guard rowCount + pageRows <= rowsMax else {
                throw StoreError(.queryLimit, "the query gives more than \(rowsMax) rows; narrow it")
            }
        }
        rowCount += pageRows
        guard pageRows > 0 else { return nil }
        defer { bytes = [] }
        return QueryPage(bytes: bytes, rowCount: pageRows)
    }

    /// The transaction is never committed: what it may have written all the same is gone with the session. Nobody else may
    /// hold the session here, or its locks would be in the way of the removal.
    private func leave() {
        copy = nil
        sandbox?.remove()
    }

    private func append(_ row: UnsafeRawBufferPointer) {
        if isCSV {
            // One empty cell: a blank line would be no record.
            if row.count == 1 { bytes.append(contentsOf: [0x22, 0x22]) }
            NullMark.append(row, to: &bytes)
        } else if row.first == Self.quote {
            appendQuoted(row)
        } else {
            bytes.append(contentsOf: row)
        }
    }

    /// The quote of `QuerySource.copy` for JSON.
    private static let quote: UInt8 = 1

    /// An object with a line break between its tokens, from a column of type json: they become blanks.
    private func appendQuoted(_ row: UnsafeRawBufferPointer) {
        for byte in row.dropLast() where byte != Self.quote {
            bytes.append(byte == 0x0A || byte == 0x0D ? 0x20 : byte)
        }
        bytes.append(0x0A)
    }
}
