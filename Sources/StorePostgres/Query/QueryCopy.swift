import CLibPQ
import Engine

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A `COPY … TO STDOUT` on its way, taken row by row without ever waiting longer than the query may run.
///
/// Boundary to libpq: each row is freed as soon as it is copied into the page. Blocks; used on its query's queue only.
final class QueryCopy {
    private let session: Session
    private let stop: QueryStop
    private var isStarted = false

    /// Between two looks whether the query must end.
    private static let waitMilliseconds = 100

    /// Sends the statement, which is our own.
    init(_ sql: String, session: Session, stop: QueryStop) throws(StoreError) {
        self.session = session
        self.stop = stop
        stop.watch(session)
        guard PQsendQueryParams(session.connection, sql, 0, nil, nil, nil, nil, 0) == 1 else {
            throw StoreError(.busy, "the query's connection was lost")
        }
    }

    /// Hands the next row, its line end included, to `body`; false after the last one.
    func withNext(_ body: (UnsafeRawBufferPointer) -> Void) throws(StoreError) -> Bool {
        if !isStarted { try start() }
        while true {
            var row: UnsafeMutablePointer<CChar>?
            let count = PQgetCopyData(session.connection, &row, 1)
            if count > 0, let row {
                defer { PQfreemem(row) }
                guard count <= RowMeasure.rowBytesMax else { throw Self.longRow }
                body(UnsafeRawBufferPointer(start: row, count: Int(count)))
                return true
            }
            guard count == 0 else { break }
            try wait()
        }
        try finish()
        return false
    }

    /// Planning alone can take long: the server works out what is constant then.
    private func start() throws(StoreError) {
        let result = try nextResult()
        defer { PQclear(result) }
        try check(result)
        isStarted = true
    }

    /// What ended the COPY: its count, or an error.
    private func finish() throws(StoreError) {
        while let result = try nextResult() {
            defer { PQclear(result) }
            try check(result)
        }
        guard !session.isBroken else { throw StoreError(.busy, "the query's connection was lost") }
    }

    private func nextResult() throws(StoreError) -> OpaquePointer? {
        while PQisBusy(session.connection) == 1 { try wait() }
        return PQgetResult(session.connection)
    }

    /// An end that we asked for is told in our words.
    private func check(_ result: OpaquePointer?) throws(StoreError) {
        do { try session.checkQuery(result) } catch {
            if error.code == .queryLimit { try stop.check() }
            throw error
        }
    }

    private func wait() throws(StoreError) {
        while true {
            try stop.check()
            var entry = pollfd(fd: PQsocket(session.connection), events: Int16(POLLIN), revents: 0)
            if poll(&entry, 1, Int32(min(Self.waitMilliseconds, stop.millisecondsLeft))) > 0 { break }
        }
        guard PQconsumeInput(session.connection) == 1 else {
            throw StoreError(.busy, "the query's connection was lost")
        }
    }

    private static let longRow = StoreError(
        .queryLimit, "a row of the result is longer than \(RowMeasure.rowBytesMax) bytes; shorten it")
}
