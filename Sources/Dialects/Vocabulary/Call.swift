package import BulkModel
package import Engine
package import Formats

/// A request as dialects see it: matched to a route, authenticated, its body not yet read.
package struct Call: Sendable {
    package var method: Method
    /// The path as sent, percent-encoded, without the query.
    package var path: String
    /// What stood in the route's placeholders, decoded.
    package var parameters: [String: String]
    package var query: QueryItems
    package var headers: HeaderFields
    /// Nil only on routes that need no credential.
    package var caller: Caller?
    /// Read at most once; each read waits for the sender.
    package var body: ByteSequence
    /// `https://bulk.example.com`, without a slash at the end: for absolute links.
    package var baseURL: String
    package var requestID: String
    package var limits: Limits
    /// The answer as it will be kept for the request's idempotency key; nil when it has none, or the route keeps no answers.
    package var reply: PendingReply?

    package init(
        method: Method, path: String, parameters: [String: String] = [:], query: QueryItems = QueryItems(),
        headers: HeaderFields = HeaderFields(), caller: Caller? = nil, body: ByteSequence, baseURL: String,
        requestID: String, limits: Limits
    ) {
        self.method = method
        self.path = path
        self.parameters = parameters
        self.query = query
        self.headers = headers
        self.caller = caller
        self.body = body
        self.baseURL = baseURL
        self.requestID = requestID
        self.limits = limits
    }

    /// The caller; UNAUTHENTICATED when the route let the request through without one.
    package func requireCaller() throws(Refusal) -> Caller {
        guard let caller else { throw Refusal(.unauthenticated, "This needs a credential.") }
        return caller
    }

    /// The placeholder's value; the route's pattern must have it.
    package func parameter(_ name: String) throws(Refusal) -> String {
        guard let value = parameters[name] else {
            throw Refusal(.internalError, "The route has no placeholder \(name).")
        }
        return value
    }

    /// The `Content-Length`, nil when the length is not told beforehand.
    package var contentLength: Int? { headers["content-length"].flatMap { Int($0) } }

    /// Reads the body as JSON, whatever its `Content-Type` says (spec 002 prints `curl -d`, which sends a form's).
    ///
    /// Throws as `bytes` does, and INVALID_REQUEST for what is not JSON.
    package func json() async throws(Refusal) -> JSONValue {
        let bytes = try await bytes()
        guard !bytes.isEmpty else {
            throw Refusal(.invalidRequest, issue: "empty_body", "The body is empty; send a JSON object.")
        }
        do {
            return try JSONParser.parse(bytes, limits: limits)
        } catch {
            throw Self.refusal(of: error)
        }
    }

    private static func refusal(of error: FormatError) -> Refusal {
        Refusal(
            .invalidRequest, issue: error.code.rawValue,
            "The body is not JSON as it is taken here: \(error.message)",
            details: [
                Refusal.Detail(
                    field: nil, code: .invalidRequest, message: error.message, position: error.position)
            ])
    }
}
