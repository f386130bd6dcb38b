import BulkModel
import Engine
import Formats

/// Which records of a job a page shows.
struct RecordPageIntake {
    let request: OutcomeRequest
    private let signing: SignedToken
    private let context: [String]

    /// INVALID_REQUEST for anything that is not as it is taken here.
    init(
        _ query: QueryItems, job: JobID, caller: Caller, limits: Limits, signer: any Signer
    ) throws(Refusal) {
        try query.check(known: ["status", "code", "limit", "cursor"])
        let limit = try query.integer("limit", in: 1...limits.listLimitMax) ?? limits.listLimitDefault
        signing = SignedToken(signer: signer)
        context = ["records", caller.tenant.text, job.text]
        let after = try Self.place(query, context: context, signing)
        request = OutcomeRequest(
            part: try Self.part(query), code: try Self.code(query), after: after, limit: limit)
    }

    /// The token of the page that begins behind the record. It says nothing of status and code: the place is the same.
    func token(_ record: Int) -> String { signing.make([String(record)], context: context) }

    private static let parts: KeyValuePairs<String, ResultRequest.Part> = [
        "all": .all, "success": .successful, "failed": .failed, "unprocessed": .unprocessed,
    ]

    private static func part(_ query: QueryItems) throws(Refusal) -> ResultRequest.Part {
        guard let name = query["status"] else { return .all }
        if let part = parts.first(where: { $0.key == name }) { return part.value }
        throw QueryItems.refusal(of: "status", "Must be one of \(parts.map(\.key).joined(separator: ", ")).")
    }

    private static func code(_ query: QueryItems) throws(Refusal) -> ErrorCode? {
        guard let name = query["code"] else { return nil }
        if let code = ErrorCode(rawValue: name) { return code }
        throw QueryItems.refusal(of: "code", "There is no such code; GET /problems lists them.")
    }

    private static func place(
        _ query: QueryItems, context: [String], _ signing: SignedToken
    ) throws(Refusal) -> Int {
        guard let token = query["cursor"] else { return 0 }
        guard let fields = signing.read(token, context: context), fields.count == 1,
            let record = Int(fields[0]), record >= 0
        else {
            throw QueryItems.refusal(
                of: "cursor", "Must be the next_cursor of a page of this job; leave it out to begin anew.")
        }
        return record
    }
}
