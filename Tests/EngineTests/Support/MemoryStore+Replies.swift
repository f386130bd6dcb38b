import BulkModel
import Engine

extension MemoryStore: ReplyStore {
    func reply(to key: ReplyKey) async throws(StoreError) -> StoredReply? { try call { $0.replies[key] } }

    func save(_ reply: StoredReply) async throws(StoreError) {
        try call { state in state.replies[reply.key] = state.replies[reply.key] ?? reply }
    }

    func change(
        _ id: JobID, saving reply: StoredReply, _ change: @escaping @Sendable (inout Job) -> Refusal?
    ) async throws(StoreError) -> Result<Job, Refusal> {
        try call { (state) throws(StoreError) -> Result<Job, Refusal> in
            guard var job = state.jobs[id] else { throw StoreError(.jobNotFound, "no job") }
            if let refusal = change(&job) { return .failure(refusal) }
            guard state.replies[reply.key] == nil else { throw StoreError(.keyTaken, "answered") }
            state.jobs[id] = job
            state.replies[reply.key] = reply
            if let lost = state.lostChange { throw lost }
            return .success(job)
        }
    }

    func sweepReplies(before time: Timestamp, limit: Int) async throws(StoreError) -> Int {
        try call { state in
            let old = state.replies.values.filter { $0.createdAt < time }.prefix(limit)
            for reply in old { state.replies[reply.key] = nil }
            return old.count
        }
    }
}
