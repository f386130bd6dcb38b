import BulkModel

/// Adds the jobs of streams, which are under way at once: no runner begins them.
struct StreamCreation: Sendable {
    let core: EngineCore

    /// `recordCount`: records that are known of; `request` is kept beside the job.
    func create(_ spec: JobSpec, recordCount: Int, request: [UInt8]) async throws -> Job {
        let bytesMax = core.limits.streamRequestBytesMax
        guard request.count <= bytesMax else {
            throw Refusal(
                .payloadTooLarge, issue: "stream_request_bytes",
                "A request that can be resumed has at most \(bytesMax) bytes of filters, ids and values; "
                    + "split it over several.")
        }
        let now = core.clock.now()
        let id = JobNaming.make(prefix: JobNaming.streamPrefix, random: core.timing.random)
        var job = Job(id: id, spec: spec, createdAt: now)
        job.counts.read = recordCount
        var machine = JobMachine(job)
        for event in [JobEvent.close, .start] {
            if let refusal = machine.event(event, at: now) { throw refusal }
        }
        core.ownJobs?.insert(id)
        do {
            try await core.store.insert(
                machine.job, request: request, activeMax: core.limits.streamsPerTenantMax)
        } catch {
            throw error.code == .tooManyJobs ? Refusal.tooManyStreams : error
        }
        core.observe(.jobCreated(id, tenant: spec.tenant, operation: spec.operation, table: spec.table))
        return machine.job
    }
}
