import BulkModel
import Formats

/// Makes and reads the cursors of one list: of a tenant, a table, a filter and an order.
struct RecordCursors {
    private let token: SignedToken
    private let context: [String]

    init(signer: any Signer, tenant: TenantID, table: String, query: QueryItems) {
        token = SignedToken(signer: signer)
        var writer = JSONWriter()
        let items = query.all.filter { !["limit", "cursor"].contains($0.name) }
        writer.value(.array(items.flatMap { [.string($0.name), .string($0.value)] }))
        context = ["records", tenant.text, table, String(decoding: writer.bytes, as: UTF8.self)]
    }

    /// The cursor behind the record with these values.
    func make(_ place: [JSONValue]) -> String {
        var writer = JSONWriter()
        writer.value(.array(place))
        return token.make([String(decoding: writer.bytes, as: UTF8.self)], context: context)
    }

    /// What the cursor stands for, nil when there is none; INVALID_REQUEST when it was altered or made for another list.
    func read(_ cursor: String?) throws(Refusal) -> [JSONValue]? {
        guard let cursor else { return nil }
        let text = token.read(cursor, context: context)?.first
        // Signed text that is no array cannot be ours: a forged one is told the same.
        let value = text.flatMap { try? JSONParser.parse(Array($0.utf8), limits: Limits()) }
        guard let place = value?.array else {
            throw QueryItems.refusal(
                of: "cursor",
                "Must be the next_cursor of a page with the same filters and sort; leave it out to begin anew."
            )
        }
        return place
    }
}
