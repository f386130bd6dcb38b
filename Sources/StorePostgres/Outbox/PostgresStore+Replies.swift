package import BulkModel
package import Engine

extension PostgresStore: ReplyStore {
    package func reply(to key: ReplyKey) async throws(StoreError) -> StoredReply? {
        try await pool.with { session in
            let rows = try session.execute(
                Statements.selectReply, [.storable(key.tenant.text), .storable(key.digest)])
            guard rows.count > 0 else { return nil }
            var reader = RowReader(rows, 0)
            return StoredReply(
                key: key, fingerprint: reader.text(), status: reader.integer(),
                headers: Self.headers(try reader.list()), body: reader.bytes(), createdAt: reader.time())
        }
    }

    package func save(_ reply: StoredReply) async throws(StoreError) {
        try await transaction { session in
            try session.run(Self.flushAtCommit)
            _ = try Self.insert(reply, session)
        }
    }

    package func change(
        _ id: JobID, saving reply: StoredReply, _ change: @escaping @Sendable (inout Job) -> Refusal?
    ) async throws(StoreError) -> Result<Job, Refusal> {
        try await transaction { session in
            try session.run(Self.flushAtCommit)
            let result = try Self.change(id, session, change)
            if case .success = result { try Self.claim(reply, session) }
            return result
        }
    }

    package func sweepReplies(before time: Timestamp, limit: Int) async throws(StoreError) -> Int {
        try await pool.with { session in
            try session.execute(Statements.sweepReplies, [.time(time), .integer(limit)]).affectedCount
        }
    }

    /// Keeps the answer with the work of the open transaction. Throws `keyTaken` when one is kept, which undoes the work.
    ///
    /// Waits for a transaction that is about to keep one. Where this one's snapshot is older than that, the server refuses the
    /// row with 40001 instead ("Repeatable Read Isolation Level", 13.2.2); the work then runs again, and finds it taken.
    static func claim(_ reply: StoredReply, _ session: Session) throws {
        guard try insert(reply, session) else {
            throw StoreError(.keyTaken, "the idempotency key has its answer already")
        }
    }

    /// Keeps the answer, unless one is kept; true when it did.
    private static func insert(_ reply: StoredReply, _ session: Session) throws(ServerFailure) -> Bool {
        let inserted = try session.execute(
            Statements.insertReply,
            [
                .storable(reply.key.tenant.text), .storable(reply.key.digest),
                .storable(reply.fingerprint), .integer(reply.status),
                .list(reply.headers.flatMap { [$0.name, $0.value] }), .bytes(reply.body),
                .time(reply.createdAt),
            ])
        return inserted.affectedCount > 0
    }

    /// Whatever the database's own setting: a power cut must not take back what a caller was told.
    static let flushAtCommit = "SET LOCAL synchronous_commit TO on"

    /// Names and values by turns.
    private static func headers(_ texts: [String]) -> [StoredReply.HeaderLine] {
        stride(from: 0, to: texts.count - 1, by: 2).map {
            StoredReply.HeaderLine(name: texts[$0], value: texts[$0 + 1])
        }
    }
}
