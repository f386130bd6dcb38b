import BulkModel
import Dispatch
package import Engine
import Planning

extension PostgresStore {
    package func open(_ query: QueryRequest) async throws(StoreError) -> any QueryCursor {
        let stop = QueryStop(durationMax: query.durationMax)
        guard let sql = query.sql else {
            let table = try await queryTables([query.table]).first
            guard let table else { throw StoreError(.queryRefused, "no such table: \(query.table)") }
            return try await start(query, sandbox: nil, stop) { [settings] () throws(StoreError) in
                try QuerySource(table, for: query, settings: settings, stop: stop)
            }
        }
        guard sql.utf8.count <= limits.queryBytesMax else {
            throw StoreError(
                .queryRefused, "the SQL is longer than \(limits.queryBytesMax) bytes; shorten it")
        }
        guard !sql.utf8.contains(0) else {
            throw StoreError(.queryRefused, "the SQL holds a NUL character; remove it")
        }
        let tables = try await queryTables(query.tables)
        let sandbox = try await pool.with { [settings] session in
            try QuerySandbox.make(for: query, tables: tables, settings: settings, session)
        }
        return try await start(query, sandbox: sandbox, stop) { () throws(StoreError) in
            try QuerySource(sql, in: sandbox, format: query.format, stop: stop)
        }
    }

    private func queryTables(_ names: Set<String>) async throws(StoreError) -> [PostgresTable] {
        try await pool.with { [catalog] session in
            try catalog.tables(session).filter { names.contains($0.description.name) }
        }
    }

    private func start(
        _ query: QueryRequest, sandbox: QuerySandbox?, _ stop: QueryStop,
        _ source: @escaping @Sendable () throws(StoreError) -> QuerySource
    ) async throws(StoreError) -> any QueryCursor {
        let queue = DispatchQueue(label: "breakbulk.query")
        let result: Result<QueryRun, StoreError> = await withCheckedContinuation { continuation in
            queue.async {
                continuation.resume(
                    returning: Result { () throws(StoreError) in
                        try QueryRun(query, sandbox: sandbox, stop: stop, source: source)
                    })
            }
        }
        return QueryReader(try result.get(), stop: stop, queue: queue)
    }
}
