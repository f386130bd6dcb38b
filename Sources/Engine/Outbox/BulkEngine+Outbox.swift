package import BulkModel

/// The feed of events and the log of deliveries, for callers.
extension BulkEngine {
    /// Events of the caller's tenant behind the place `after` (0: from the first one kept); `next` is the place to go on
    /// from, `after` itself when there are none. An empty page is held back for up to `wait`. Events about jobs on tables
    /// that the credential may not use are left out.
    package func events(
        for caller: Caller, after place: Int64, limit: Int, wait: Duration = .zero
    ) async throws(Refusal) -> (events: [OutboxEvent], next: Int64, hasMore: Bool) {
        try await refusing("events") {
            try Self.check(mayRead: caller)
            let store = try outbox()
            let deadline = core.timing.elapsed() + wait
            while true {
                let found = try await store.events(of: caller.tenant, after: place, limit: limit + 1)
                let remaining = deadline - core.timing.elapsed()
                guard found.isEmpty, remaining > .zero, !Task.isCancelled else {
                    let page = found.prefix(limit)
                    let events = try await visible(page.map(\.event), to: caller)
                    return (events, page.last?.place ?? place, found.count > limit)
                }
                // Cancelled: the page is given as it is.
                try? await core.timing.sleep(min(remaining, EngineCore.pollInterval))
            }
        }
    }

    /// Deliveries of the caller's tenant, newest first, older than the id `before`; `next` is the id to go on from, nil at the
    /// end.
    package func deliveries(
        for caller: Caller, state: WebhookDelivery.State?, job: JobID?, before: Int64?, limit: Int
    ) async throws(Refusal) -> (deliveries: [WebhookDelivery], next: Int64?) {
        try await refusing("deliveries") {
            try Self.check(mayRead: caller)
            let found = try await outbox().deliveries(
                of: caller.tenant, state: state, job: job, before: before, limit: limit + 1)
            let page = Array(found.prefix(limit))
            let jobs = try await visibleJobs(page.map(\.event.job), to: caller)
            return (page.filter { jobs.contains($0.event.job) }, found.count > limit ? page.last?.id : nil)
        }
    }

    /// The caller's delivery; NOT_FOUND when there is none or it is another tenant's.
    package func delivery(_ id: Int64, for caller: Caller) async throws(Refusal) -> WebhookDelivery {
        try await refusing("delivery") {
            try Self.check(mayRead: caller)
            return try await find(delivery: id, for: caller)
        }
    }

    /// Makes the delivery due now, whatever became of it, its tries counted anew.
    package func redeliver(_ id: Int64, by caller: Caller) async throws(Refusal) -> WebhookDelivery {
        try await refusing("redeliver") {
            guard caller.may(.write) else {
                throw Refusal(.forbidden, "The credential lacks the scope `write`.")
            }
            _ = try await find(delivery: id, for: caller)
            guard
                let delivery = try await outbox().redeliver(id, of: caller.tenant, at: core.clock.now())
            else { throw Self.noDelivery }
            return delivery
        }
    }

    private static let noDelivery = Refusal(.notFound, "There is no delivery with this id.")

    private static func check(mayRead caller: Caller) throws(Refusal) {
        guard !caller.scopes.isEmpty else {
            throw Refusal(.forbidden, "The credential lacks the scope `read`.")
        }
    }

    private func outbox() throws(Refusal) -> any OutboxStore {
        guard let store = core.store as? any OutboxStore else {
            throw Refusal(.notFound, "This server keeps no events.")
        }
        return store
    }

    private func find(delivery id: Int64, for caller: Caller) async throws -> WebhookDelivery {
        let next = id == .max ? nil : id + 1
        let found = try await outbox().deliveries(
            of: caller.tenant, state: nil, job: nil, before: next, limit: 1)
        guard let delivery = found.first, delivery.id == id,
            try await !visibleJobs([delivery.event.job], to: caller).isEmpty
        else { throw Self.noDelivery }
        return delivery
    }

    private func visible(_ events: [OutboxEvent], to caller: Caller) async throws -> [OutboxEvent] {
        let jobs = try await visibleJobs(events.map(\.job), to: caller)
        return events.filter { jobs.contains($0.job) }
    }

    /// Only a credential that is bound to some tables makes it necessary to look at the jobs; one that is gone is not shown.
    private func visibleJobs(_ ids: [JobID], to caller: Caller) async throws -> Set<JobID> {
        let ids = Set(ids)
        guard caller.tables != nil else { return ids }
        var visible: Set<JobID> = []
        for id in ids {
            guard let job = try await core.store.job(id), caller.may(see: job.spec) else { continue }
            visible.insert(id)
        }
        return visible
    }
}
