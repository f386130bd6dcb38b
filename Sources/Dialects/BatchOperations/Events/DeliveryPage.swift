import BulkModel
import Engine

/// Which deliveries are asked for.
struct DeliveryPage {
    let state: WebhookDelivery.State?
    let job: JobID?
    let before: Int64?
    let limit: Int
    private let signing: SignedToken
    private let context: [String]

    /// INVALID_REQUEST for anything that is not as it is taken here.
    init(_ query: QueryItems, caller: Caller, limits: Limits, signer: any Signer) throws(Refusal) {
        try query.check(known: ["status", "job_id", "limit", "cursor"])
        limit = try query.integer("limit", in: 1...limits.listLimitMax) ?? limits.listLimitDefault
        state = try Self.state(query)
        job = query["job_id"].map { JobID($0) }
        signing = SignedToken(signer: signer)
        context = ["deliveries", caller.tenant.text, query["status"] ?? "", query["job_id"] ?? ""]
        guard let token = query["cursor"] else {
            before = nil
            return
        }
        let fields = signing.read(token, context: context)
        guard let fields, fields.count == 1, let before = Int64(fields[0]) else {
            throw QueryItems.refusal(
                of: "cursor",
                "Must be the next_cursor of a page of the same list; leave it out to begin anew.")
        }
        self.before = before
    }

    /// The token of what is older than the delivery.
    func token(_ id: Int64) -> String { signing.make([String(id)], context: context) }

    private static func state(_ query: QueryItems) throws(Refusal) -> WebhookDelivery.State? {
        guard let name = query["status"] else { return nil }
        if let state = WebhookDelivery.State(rawValue: name) { return state }
        let names = WebhookDelivery.State.allCases.map(\.rawValue).joined(separator: ", ")
        throw QueryItems.refusal(of: "status", "Must be one of \(names).")
    }
}
