import BulkModel
import Engine

/// The only way into a job's row: what happened to the job is told in the same transaction.
enum JobWriter {
    /// Inserts the job (`before` nil), or makes its row, which the caller has locked, be the job; with its events, their
    /// deliveries, and the signals to other nodes.
    static func write(_ job: Job, since before: Job?, _ session: Session) throws {
        if before == nil {
            try session.execute(Statements.insertJob, JobRow.parameters(job))
        } else {
            try session.execute(
                Statements.updateJob, [.storable(job.id.text)] + JobRow.stateParameters(job))
        }
        let events = JobEvents.due(from: before, to: job)
        if !events.isEmpty { try insert(events, session) }
        try signal(job, since: before?.state, session)
    }

    /// Places are drawn under a lock that is held until the commit: so they are committed in their order, and who has read
    /// up to one of them has missed none before it. The last lock that a transaction takes, so that there is no deadlock.
    private static func insert(_ events: [OutboxEvent], _ session: Session) throws {
        try session.execute(Statements.lockEvents, [.storable(events[0].tenant.text)])
        for event in events {
            let isSent = event.target != nil
            try session.execute(
                isSent ? Statements.insertSentEvent : Statements.insertEvent,
                OutboxRow.parameters(event))
        }
    }

    /// Tells the other nodes, once the transaction commits, what they may be waiting for.
    private static func signal(_ job: Job, since before: JobState?, _ session: Session) throws {
        guard job.state != before else { return }
        var topic: JobSignals.Topic?
        if job.state == .uploadComplete { topic = .work }
        if job.state.isTerminal { topic = .ended(job.id) }
        if let topic { try session.execute(Statements.notify, [.storable(topic.payload)]) }
    }
}
