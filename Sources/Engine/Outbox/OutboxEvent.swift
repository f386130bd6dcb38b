package import BulkModel

/// Something that happened to a job, as it is told: in the feed of events, and to the webhook it names.
package struct OutboxEvent: Hashable, Sendable {
    /// One for each event, the same on every delivery (`webhook-id`); without a full stop.
    package var id: String
    package var tenant: TenantID
    package var job: JobID
    /// `job.completed`, `import.failed` …
    package var type: String
    /// JSON, exactly as it is signed and sent.
    package var body: [UInt8]
    package var createdAt: Timestamp
    /// Whom to tell of it; nil: it stands in the feed alone.
    package var target: WebhookTarget?

    package init(
        id: String, tenant: TenantID, job: JobID, type: String, body: [UInt8], createdAt: Timestamp,
        target: WebhookTarget?
    ) {
        self.id = id
        self.tenant = tenant
        self.job = job
        self.type = type
        self.body = body
        self.createdAt = createdAt
        self.target = target
    }
}
