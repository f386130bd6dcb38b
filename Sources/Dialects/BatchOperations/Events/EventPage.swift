import BulkModel
import Engine

/// Which part of the feed of events is asked for.
struct EventPage {
    /// Events behind this place.
    let place: Int64
    let limit: Int
    /// How long an empty page is held back.
    let wait: Duration
    private let signing: SignedToken
    private let context: [String]

    /// INVALID_REQUEST for anything that is not as it is taken here.
    init(_ query: QueryItems, caller: Caller, limits: Limits, signer: any Signer) throws(Refusal) {
        try query.check(known: ["after", "limit", "wait"])
        limit = try query.integer("limit", in: 1...limits.listLimitMax) ?? limits.listLimitDefault
        wait = .seconds(try query.integer("wait", in: 0...limits.waitSecondsMax) ?? 0)
        signing = SignedToken(signer: signer)
        context = ["events", caller.tenant.text]
        guard let token = query["after"], !token.isEmpty else {
            place = 0
            return
        }
        let fields = signing.read(token, context: context)
        guard let fields, fields.count == 1, let place = Int64(fields[0]) else {
            throw QueryItems.refusal(
                of: "after", "Must be the next of a page of events; leave it out to begin with the oldest.")
        }
        self.place = place
    }

    /// The token of what comes behind the place.
    func token(_ place: Int64) -> String { signing.make([String(place)], context: context) }
}
