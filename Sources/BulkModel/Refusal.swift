/// Why a request or job was refused: thrown, rendered by the dialect in its own envelope.
package struct Refusal: Error, Hashable, Sendable {
    package var code: ErrorCode
    /// A finer reason in lower snake case, or nil.
    package var issue: String?
    /// Says what is wrong and what to do; holds no SQL of ours and no secrets.
    package var message: String
    /// The faulty fields or places, all of them.
    package var details: [Detail]
    /// Whole seconds after which to try again (`Retry-After`, RFC 9110, 10.2.3), or nil.
    package var retryAfterSeconds: Int?

    /// One faulty field of a request, or one place in an upload.
    package struct Detail: Hashable, Sendable {
        package var field: String?
        package var code: ErrorCode
        package var message: String
        package var position: Position?

        package init(field: String?, code: ErrorCode, message: String, position: Position? = nil) {
            self.field = field
            self.code = code
            self.message = message
            self.position = position
        }
    }

    package init(
        _ code: ErrorCode, issue: String? = nil, _ message: String, details: [Detail] = [],
        retryAfterSeconds: Int? = nil
    ) {
        self.code = code
        self.issue = issue
        self.message = message
        self.details = details
        self.retryAfterSeconds = retryAfterSeconds
    }
}
