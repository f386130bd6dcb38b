import CLibPQ

extension Session {
    /// `COPY … FROM STDIN`: sends what `produce` writes, piece by piece, in constant memory; gives the rows
    /// that the server counted. What `produce` throws ends the COPY, and is thrown.
    func copyIn(_ sql: String, _ produce: (inout CopyWriter) throws -> Void) throws -> Int {
        try run(sql)
        do {
            var writer = CopyWriter(connection)
            try produce(&writer)
            try writer.flush()
        } catch {
            // The server's answer is only that we gave up; a lost connection is seen by the next call.
            _ = try? endCopy("given up")
            throw error
        }
        return try endCopy(nil)
    }

    /// `COPY … TO STDOUT`: gives each row's bytes, good for the call only. What `take` throws ends the COPY,
    /// and is thrown.
    func copyOut(_ sql: String, _ take: (UnsafeRawBufferPointer) throws -> Void) throws -> Int {
        try run(sql)
        while true {
            var row: UnsafeMutablePointer<CChar>?
            let count = PQgetCopyData(connection, &row, 0)
            guard count > 0, let row else { return try results().last?.affectedCount ?? 0 }
            defer { PQfreemem(row) }
            do { try take(UnsafeRawBufferPointer(start: row, count: Int(count))) } catch {
                stopCopyOut()
                throw error
            }
        }
    }

    private func endCopy(_ reason: String?) throws(ServerFailure) -> Int {
        // What it returns is told again, with more, by the result.
        _ = PQputCopyEnd(connection, reason)
        return try results().last?.affectedCount ?? 0
    }

    /// All results to the end of the command, as libpq demands; throws what the first bad one says.
    private func results() throws(ServerFailure) -> [Rows] {
        var all: [Rows] = []
        var failure: ServerFailure?
        while let result = PQgetResult(connection) {
            do { all.append(try rows(of: result)) } catch { failure = failure ?? error }
            if isBroken { break }
        }
        if let failure { throw failure }
        return all
    }

    /// Cancels and reads off what was on its way already.
    private func stopCopyOut() {
        CancelHandle(connection)?.cancel()
        var row: UnsafeMutablePointer<CChar>?
        while PQgetCopyData(connection, &row, 0) > 0 {
            PQfreemem(row)
            row = nil
        }
        // It says that it was cancelled, as we asked.
        _ = try? results()
    }
}
