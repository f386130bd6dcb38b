import BulkModel
import Engine

/// Reads what part of a job's results is asked for, in what format, and which page.
struct ResultIntake {
    let job: JobID
    let part: ResultRequest.Part
    let signer: any Signer

    /// From query and `Accept`; INVALID_REQUEST for unknown formats and for locators that are not of this result.
    func request(_ query: QueryItems, accept: String?) throws(Refusal) -> ResultRequest {
        try query.check(known: ["format", "max_records", "locator"])
        var request = ResultRequest(part: part)
        request.format = try format(query, accept: accept)
        request.isFormatWish = query["format"] == nil
        request.recordsMax = try query.integer("max_records", in: 1...Int.max)
        if let token = query["locator"] {
            let fields = SignedToken(signer: signer).read(token, context: context)
            guard let number = fields?.first.flatMap({ Int($0) }), number >= 1 else {
                throw QueryItems.refusal(
                    of: "locator",
                    "Must be the Breakbulk-Locator of a page of this result; leave it out to begin.")
            }
            request.firstRecord = number
        }
        return request
    }

    /// The token of the page that begins at this record.
    func locator(_ record: Int) -> String {
        SignedToken(signer: signer).make([String(record)], context: context)
    }

    private var context: [String] { ["results", job.text, part.rawValue] }

    private func format(_ query: QueryItems, accept: String?) throws(Refusal) -> ContentFormat? {
        guard let name = query["format"] else { return Negotiation.format(accept: accept) }
        guard let format = ContentFormat(rawValue: name.uppercased()) else {
            throw QueryItems.refusal(of: "format", "Must be csv, json or ndjson.")
        }
        return format
    }
}
