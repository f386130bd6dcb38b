import BulkModel

extension EngineCore {
    /// Lets the job run, unless there is a refusal in the very moment; one without records completes at once.
    func close(
        _ id: JobID, saving reply: StoredReply?,
        unless refusal: @escaping @Sendable () -> Refusal? = { nil }
    ) async throws -> Job {
        let closing = JobMachine.closing(at: clock.now())
        let closed = try await change(id, saving: reply) { job in refusal() ?? closing(&job) }.get()
        if closed.state.isTerminal { noteEnd(of: closed) } else { signals.notify(.work) }
        return closed
    }
}
