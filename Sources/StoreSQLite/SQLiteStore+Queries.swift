import BulkModel
import Dispatch
package import Engine
import Planning

extension SQLiteStore {
    package func open(_ query: QueryRequest) async throws(StoreError) -> any QueryCursor {
        guard query.sql?.utf8.count ?? 0 <= limits.queryBytesMax else {
            throw StoreError(
                .queryRefused, "the SQL is longer than \(limits.queryBytesMax) bytes; shorten it")
        }
        let sql = if let sql = query.sql { sql } else { try await wholeTable(query.table) }
        let queue = DispatchQueue(label: "breakbulk.query")
        let privateName =
            "view_\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
            + String(UInt64.random(in: 0...UInt64.max), radix: 36)
        let result: Result<QueryReader, StoreError> = await withCheckedContinuation { [path] continuation in
            queue.async {
                let reader = Result { () throws(StoreError) in
                    try QueryReader(
                        path: path, request: query, sql: sql, privateName: privateName, queue: queue)
                }
                continuation.resume(returning: reader)
            }
        }
        return try result.get()
    }

    /// All of a table in key order; tables without a key in the order they lie.
    private func wholeTable(_ name: String) async throws(StoreError) -> String {
        let table = try await tables().first { $0.name == name }
        guard let table else { throw StoreError(.queryRefused, "no such table: \(name)") }
        let order = table.primaryKey.map(Identifier.quoted).joined(separator: ", ")
        return "SELECT * FROM \(Identifier.quoted(name))" + (order.isEmpty ? "" : " ORDER BY \(order)")
    }
}
