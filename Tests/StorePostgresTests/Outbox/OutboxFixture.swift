import BulkModel
import Engine

/// Jobs that are told of.
enum OutboxFixture {
    static let tenant = TenantID("acme")
    static let target = WebhookTarget(
        url: "https://example.com/hook", events: ["failed", "completed"],
        headers: [WebhookTarget.HeaderLine(name: "X-A", value: "ü\u{1}")], sealedSecret: [0, 255, 1])

    static func job(
        _ id: String, tenant: TenantID = tenant, state: JobState = .inProgress,
        target: WebhookTarget? = target, source: JobSource = .upload, parent: JobID? = nil
    ) -> Job {
        var spec = JobSpec(tenant: tenant, dialect: "batch-operations", operation: .insert, table: "orders")
        spec.options.webhook = target
        spec.options.noun = .import
        spec.source = source
        spec.parent = parent
        var job = Job(id: JobID(id), spec: spec, state: state, createdAt: Timestamp(unixSeconds: 10))
        if state.isTerminal { job.endedAt = job.createdAt }
        return job
    }

    /// Ends the job for the tests' good.
    static func end(_ job: inout Job) -> Refusal? {
        job.state = .jobComplete
        job.endedAt = Timestamp(unixSeconds: 20)
        return nil
    }
}
