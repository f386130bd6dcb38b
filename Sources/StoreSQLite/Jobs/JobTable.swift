import BulkModel
import Engine
import GRDB

/// The one way in which rows of jobs are written.
enum JobTable {
    /// Adds the job, or replaces it as it was `before`, and keeps the events that this makes, all in the open transaction: a
    /// job never changes without them.
    static func save(_ job: Job, replacing before: Job?, _ db: Database) throws {
        let sql = before == nil ? Statements.insertJob : Statements.updateJob
        try db.run(sql, JobRow.arguments(job))
        for event in JobEvents.due(from: before, to: job) { try EventRow.insert(event, db) }
    }
}
