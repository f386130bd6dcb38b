package import Engine
package import Formats

/// What goes back: status, header lines and a body that is there already or written as it is made.
package struct Answer: Sendable {
    package var status: Int
    package var headers: [Header]
    package var body: Body

    package enum Body: Sendable {
        case none
        case bytes([UInt8])
        /// Writes it all; a fault in the middle breaks the connection, so that a cut answer never looks whole.
        case stream(@Sendable (_ sink: ByteSink) async throws -> Void)
    }

    package init(status: Int, headers: [Header] = [], body: Body = .none) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// An answer that is one JSON value and a line end (so that a shell's prompt stands on its own line).
    package static func json(
        _ value: JSONValue, status: Int = 200, type: String = "application/json", headers: [Header] = []
    ) -> Answer {
        var writer = JSONWriter()
        writer.value(value)
        return Answer(
            status: status, headers: [Header("Content-Type", type)] + headers,
            body: .bytes(writer.bytes + [UInt8(ascii: "\n")]))
    }
}
