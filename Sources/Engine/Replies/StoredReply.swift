package import BulkModel

/// Whose idempotency key, and for what.
package struct ReplyKey: Hashable, Sendable {
    package var tenant: TenantID
    /// SHA-256, in hexadecimal digits, over credential, method, path and the caller's key: keys of one credential or one
    /// endpoint never meet those of another.
    package var digest: String

    package init(tenant: TenantID, digest: String) {
        self.tenant = tenant
        self.digest = digest
    }
}

/// The answer to a request that had an idempotency key, kept for who sends it again.
package struct StoredReply: Hashable, Sendable {
    package var key: ReplyKey
    /// SHA-256, in hexadecimal digits, of what was sent: query, content type and body.
    package var fingerprint: String
    package var status: Int
    /// Name and value, in order.
    package var headers: [HeaderLine]
    package var body: [UInt8]
    package var createdAt: Timestamp

    /// A header line of the answer.
    package struct HeaderLine: Hashable, Sendable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package init(
        key: ReplyKey, fingerprint: String, status: Int, headers: [HeaderLine], body: [UInt8],
        createdAt: Timestamp
    ) {
        self.key = key
        self.fingerprint = fingerprint
        self.status = status
        self.headers = headers
        self.body = body
        self.createdAt = createdAt
    }
}
