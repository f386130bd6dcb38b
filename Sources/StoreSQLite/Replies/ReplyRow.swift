import BulkModel
import Engine
import GRDB

/// A kept answer as a row of `breakbulk_replies`, both ways.
enum ReplyRow {
    /// Keeps the answer with the work of the open transaction. Throws `keyTaken` when its key has one, which undoes the work.
    static func claim(_ reply: StoredReply, _ db: Database) throws {
        guard try insert(reply, db) else {
            throw StoreError(.keyTaken, "the idempotency key has its answer already")
        }
    }

    /// Keeps the answer in the open transaction, unless its key has one; true when it did.
    static func insert(_ reply: StoredReply, _ db: Database) throws -> Bool {
        try db.run(
            Statements.insertReply,
            [
                reply.key.tenant.text, reply.key.digest, reply.fingerprint, reply.status,
                DatabaseBlob.texts(reply.headers.flatMap { [$0.name, $0.value] }),
                DatabaseBlob.value(reply.body), reply.createdAt.microseconds,
            ])
        // Of the last INSERT, not of its triggers ("sqlite3_changes").
        return db.changesCount > 0
    }

    static func reply(_ row: Row, to key: ReplyKey) throws -> StoredReply {
        let texts = try DatabaseBlob.texts(DatabaseBlob.bytes(row, "headers"))
        guard texts.count.isMultiple(of: 2) else { throw ByteDecoder.damaged }
        let headers = stride(from: 0, to: texts.count, by: 2).map {
            StoredReply.HeaderLine(name: texts[$0], value: texts[$0 + 1])
        }
        return StoredReply(
            key: key, fingerprint: row["fingerprint"], status: row["status"], headers: headers,
            body: DatabaseBlob.bytes(row, "body"), createdAt: Timestamp(microseconds: row["created_at"]))
    }
}
