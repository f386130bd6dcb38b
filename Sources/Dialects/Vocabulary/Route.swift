package import BulkModel

/// One entry of a dialect's table: which requests it takes and what answers them.
package struct Route: Sendable {
    package let method: Method
    package let pattern: RoutePattern
    /// False for routes that check a signature of their own or show nothing secret.
    package let needsCredential: Bool
    private let handler: @Sendable (Call) async throws(Refusal) -> Answer

    /// `pattern` is a path such as `/v1/bulk/jobs/{job}`.
    package init(
        _ method: Method, _ pattern: String, needsCredential: Bool = true,
        handler: @escaping @Sendable (Call) async throws(Refusal) -> Answer
    ) {
        self.method = method
        self.pattern = RoutePattern(pattern)
        self.needsCredential = needsCredential
        self.handler = handler
    }

    /// What the route makes of the call, a refusal included.
    package func answer(_ call: Call) async -> Result<Answer, Refusal> {
        do {
            return .success(try await handler(call))
        } catch {
            return .failure(error)
        }
    }
}
