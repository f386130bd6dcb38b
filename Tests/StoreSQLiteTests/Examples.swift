import BulkModel
import Engine

@testable import StoreSQLite

extension Job {
    /// A job of the tenant `t`, created at 1 s.
    static func example(
        _ id: String, options: JobOptions = JobOptions(), state: JobState = .inProgress,
        source: JobSource = .upload, parent: String? = nil
    ) -> Job {
        var spec = JobSpec(tenant: TenantID("t"), dialect: "d", operation: .insert, table: "t")
        spec.options = options
        spec.source = source
        spec.parent = parent.map { JobID($0) }
        var job = Job(id: JobID(id), spec: spec, state: state, createdAt: Timestamp(unixSeconds: 1))
        if state.isTerminal { job.endedAt = job.createdAt }
        return job
    }
}

extension JobOptions {
    /// Somebody is to be told of the job's end.
    static func told(noun: Noun = .job) -> JobOptions {
        var options = JobOptions()
        options.noun = noun
        options.webhook = WebhookTarget(
            url: "https://example.com/hook", headers: [.init(name: "X-A", value: "b")], sealedSecret: [1, 2])
        return options
    }
}

extension StoredReply {
    static func example(_ digest: String, status: Int = 200, at seconds: Int64 = 5) -> StoredReply {
        StoredReply(
            key: ReplyKey(tenant: TenantID("t"), digest: digest), fingerprint: "f", status: status,
            headers: [.init(name: "Location", value: "/v1"), .init(name: "Empty", value: "")],
            body: [0, 255],
            createdAt: Timestamp(unixSeconds: seconds))
    }
}
