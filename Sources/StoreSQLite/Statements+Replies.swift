/// SQL over the answers kept for idempotency keys.
extension Statements {
    static let insertReply = """
        INSERT INTO breakbulk_replies (tenant, digest, fingerprint, status, headers, body, created_at)
        VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (tenant, digest) DO NOTHING
        """
    static let selectReply = """
        SELECT fingerprint, status, headers, body, created_at FROM breakbulk_replies
        WHERE tenant = ? AND digest = ?
        """
    static let deleteOldReplies = """
        DELETE FROM breakbulk_replies WHERE rowid IN (
            SELECT rowid FROM breakbulk_replies WHERE created_at < ? ORDER BY created_at LIMIT ?)
        """
}
