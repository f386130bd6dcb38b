import BulkModel
import Engine
import Formats

/// Which jobs a list shows: status, limit and the place to go on from.
struct JobListPage {
    let states: Set<JobState>?
    let limit: Int
    let cursor: JobFilter.Cursor?
    private let signing: SignedToken
    private let context: [String]

    /// INVALID_REQUEST for anything that is not as it is taken here.
    init(_ query: QueryItems, caller: Caller, limits: Limits, signer: any Signer) throws(Refusal) {
        try query.check(known: ["status", "limit", "cursor"])
        limit = try query.integer("limit", in: 1...limits.listLimitMax) ?? limits.listLimitDefault
        states = try Self.states(query)
        signing = SignedToken(signer: signer)
        context = ["jobs", caller.tenant.text, query["status"] ?? ""]
        cursor = try Self.cursor(query, context: context, signing)
    }

    /// The token of the page after the one that ended there.
    func token(_ cursor: JobFilter.Cursor) -> String {
        signing.make([String(cursor.createdAt.microseconds), cursor.id.text], context: context)
    }

    private static func states(_ query: QueryItems) throws(Refusal) -> Set<JobState>? {
        guard let name = query["status"] else { return nil }
        if let states = JobStatus.states(of: name) { return states }
        throw QueryItems.refusal(of: "status", "Must be one of \(JobStatus.list).")
    }

    private static func cursor(
        _ query: QueryItems, context: [String], _ signing: SignedToken
    ) throws(Refusal) -> JobFilter.Cursor? {
        guard let token = query["cursor"] else { return nil }
        let fields = signing.read(token, context: context)
        guard let fields, fields.count == 2, let time = Int64(fields[0]) else {
            throw QueryItems.refusal(
                of: "cursor",
                "Must be the next_cursor of a page with the same status; leave it out to begin anew.")
        }
        return JobFilter.Cursor(createdAt: Timestamp(microseconds: time), id: JobID(fields[1]))
    }
}
