import BulkModel
import Engine
import Formats

/// Which jobs a list shows: state, limit and the place to go on from.
struct ListPage {
    let state: JobState?
    let limit: Int
    let cursor: JobFilter.Cursor?

    /// From the query of "List Jobs" (spec 002); INVALID_REQUEST for anything that is not as printed.
    init(_ query: QueryItems, caller: Caller, limits: Limits, signer: any Signer) throws(Refusal) {
        try query.check(known: ["state", "limit", "offset"])
        limit = try query.integer("limit", in: 1...limits.listLimitMax) ?? limits.listLimitDefault
        let state = try Self.state(query)
        self.state = state
        cursor = try Self.cursor(query, context: Self.context(caller, state), signer: signer)
    }

    private static func state(_ query: QueryItems) throws(Refusal) -> JobState? {
        guard let name = query["state"] else { return nil }
        if let state = StateName.parse(name) { return state }
        throw QueryItems.refusal(of: "state", "Must be one of \(StateName.list).")
    }

    private static func cursor(
        _ query: QueryItems, context: [String], signer: any Signer
    ) throws(Refusal) -> JobFilter.Cursor? {
        guard let token = query["offset"] else { return nil }
        let fields = SignedToken(signer: signer).read(token, context: context)
        guard let fields, fields.count == 2, let time = Int64(fields[0]) else {
            throw QueryItems.refusal(
                of: "offset",
                "Must be the next_offset of a page with the same state; leave it out to begin anew.")
        }
        return JobFilter.Cursor(createdAt: Timestamp(microseconds: time), id: JobID(fields[1]))
    }

    /// The token of the page after the one that ended at `cursor`.
    static func token(
        _ cursor: JobFilter.Cursor, caller: Caller, state: JobState?, signer: any Signer
    ) -> String {
        SignedToken(signer: signer).make(
            [String(cursor.createdAt.microseconds), cursor.id.text], context: context(caller, state))
    }

    private static func context(_ caller: Caller, _ state: JobState?) -> [String] {
        ["list", caller.tenant.text, state.map(StateName.of) ?? ""]
    }
}
