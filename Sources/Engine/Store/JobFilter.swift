package import BulkModel

/// Which jobs to list; nil fields do not restrict.
package struct JobFilter: Hashable, Sendable {
    package var tenant: TenantID?
    package var states: Set<JobState>?
    /// Only jobs that try this one's failed records again.
    package var parent: JobID?
    /// Only jobs older than this one: the cursor of a list.
    package var before: Cursor?
    /// Only jobs that have ended before this time, or (for unfinished ones) were created before it.
    package var endedBefore: Timestamp?
    package var createdBefore: Timestamp?
    /// Leave out jobs whose data was swept.
    package var excludesSwept = false
    /// At most this many, from 1.
    package var limit: Int

    /// A place in the list: creation time and id of the job before it.
    package struct Cursor: Hashable, Sendable {
        package var createdAt: Timestamp
        package var id: JobID

        package init(createdAt: Timestamp, id: JobID) {
            self.createdAt = createdAt
            self.id = id
        }
    }

    package init(tenant: TenantID? = nil, states: Set<JobState>? = nil, before: Cursor? = nil, limit: Int) {
        self.tenant = tenant
        self.states = states
        self.before = before
        self.limit = limit
    }
}
