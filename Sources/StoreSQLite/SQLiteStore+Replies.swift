package import BulkModel
package import Engine
import GRDB

extension SQLiteStore: ReplyStore {
    package func reply(to key: ReplyKey) async throws(StoreError) -> StoredReply? {
        try await read { db in
            try db.row(Statements.selectReply, [key.tenant.text, key.digest])
                .map { try ReplyRow.reply($0, to: key) }
        }
    }

    package func save(_ reply: StoredReply) async throws(StoreError) {
        try await write { db in _ = try ReplyRow.insert(reply, db) }
    }

    package func change(
        _ id: JobID, saving reply: StoredReply, _ change: @escaping @Sendable (inout Job) -> Refusal?
    ) async throws(StoreError) -> Result<Job, Refusal> {
        try await write { db in
            let changed = try Self.changed(id, db, by: change)
            if case .success = changed { try ReplyRow.claim(reply, db) }
            return changed
        }
    }

    package func sweepReplies(before time: Timestamp, limit: Int) async throws(StoreError) -> Int {
        try await write { db in
            try db.execute(sql: Statements.deleteOldReplies, arguments: [time.microseconds, limit])
            return db.changesCount
        }
    }
}
